"""What reviewers say of tags: how it changes them, what stands, what is measured and learnt from it."""

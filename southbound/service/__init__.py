"""The whole service in one supervised process: what `southbound run` does.

`schedule` decides (pure), `supervisor` acts. Each stage works in a process of its own (`worker`), so that one
that hangs or crashes can be ended without harm to the others: everything that matters is in the database,
where a transaction is done or not. The web server is a thread of the supervisor.
"""

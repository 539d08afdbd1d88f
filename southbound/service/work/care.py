"""Care of the database: a copy every night, and old records deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from southbound.error import StoreError
from southbound.service.job import Job, Outcome, Setup, Work
from southbound.store import open_store


def make_backup(setup: Setup) -> Work:
    """Return the work that copies the database; a copy counts once it has been looked over."""
    settings = setup.settings.service

    def work(job: Job) -> Outcome:
        folder = settings.backup_folder or Path()
        folder.mkdir(parents=True, exist_ok=True)
        stem = job.store.path.stem
        target = folder / f"{stem}-{job.require_day():%Y%m%d}.db"
        fresh = target.with_suffix(".new")
        fresh.unlink(missing_ok=True)  # of a run that was ended
        job.store.backup(fresh)
        with open_store(fresh) as copy:
            findings = copy.check()
        if findings:
            raise StoreError(f"the copy {fresh} has {len(findings)} faults: {findings[0]}")
        fresh.replace(target)
        old = copies(folder, stem)[: -settings.backup_keep]
        for path in old:
            path.unlink()
        return Outcome(counts={"copies_deleted": len(old), "copy_bytes": target.stat().st_size})

    return work


def copies(folder: Path, stem: str) -> list[Path]:
    """Return the nightly copies of a database, oldest first; other files of the folder aren't touched."""
    return sorted(folder.glob(f"{stem}-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].db"))


def make_pruning(setup: Setup) -> Work:
    """Return the work that deletes old records and lets SQLite tidy up."""
    settings = setup.settings.poll

    def work(job: Job) -> Outcome:
        now = datetime.now(tz=UTC)
        with job.store.transaction():
            n_rows = job.store.service.prune(polls_before=now - timedelta(days=settings.keep_days), now=now)
        job.store.tidy()
        return Outcome(counts={"rows_deleted": n_rows})

    return work

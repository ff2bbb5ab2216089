"""Running many studies: each in its place, results in the order of the studies, a failure stopping no other.

Owns the order and the locks; the places are the local pool and the scheduler beside this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from kinerja_study.cluster.parcels import Delivery, Parcel, accept, pack
from kinerja_study.errors import StudyError
from kinerja_study.reproduction.installing import exclusive
from kinerja_study.reproduction.outcome import Run
from kinerja_study.reproduction.running import find_fresh
from kinerja_study.study import Study

Outcome = Run | StudyError


@dataclass(frozen=True, slots=True)
class Job:
    """A study that is to be run, packed only when its turn has come."""

    study: str
    pack: Callable[[], Parcel]


class Place(Protocol):
    """Where jobs are done."""

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[str, Delivery]]:
        """Yield what came of each job, as it comes."""
        ...


def run_many(
    studies: Sequence[Study],
    chosen: Mapping[str, Any],
    place: Place,
    *,
    force: bool = False,
    waiting: Callable[[str], None] = lambda _study: None,
    done: Callable[[str], None] = lambda _study: None,
) -> Iterator[tuple[Study, Outcome]]:
    """Run studies and yield what came of each, in their order whatever the order in which they end.

    Parameters
    ----------
    studies : sequence of Study
        Each opened with the chosen parameters.
    chosen : mapping
        Parameters that differ from study.toml.
    place : Place
        Where those are run that have something to do.
    force : bool
        Execute every stage.
    waiting : callable
        Told of a study that another run is at work on, whose end is awaited.
    done : callable
        Told of each study when it has ended.
    """
    outcomes: dict[str, Outcome] = {}
    held: dict[str, ExitStack] = {}
    by_id = {study.id: study for study in studies}
    told = iter(studies)
    following = next(told, None)
    try:
        # Always in the same order, so that two runs of the same studies never wait for each other.
        for study in sorted(studies, key=lambda study: study.id):
            held[study.id] = lock = ExitStack()
            try:
                fresh = None if force else find_fresh(study, chosen)
                if fresh is None:
                    changed = lock.enter_context(exclusive(study, lambda one=study.id: waiting(one)))  # type: ignore[misc]
                    fresh = find_fresh(study, chosen) if changed and not force else None
                if fresh is not None:
                    outcomes[study.id] = fresh
            except StudyError as error:
                outcomes[study.id] = error
            if study.id in outcomes:
                lock.close()
                done(study.id)
        jobs = [Job(s.id, _packing(s, chosen, force=force)) for s in studies if s.id not in outcomes]
        for study_id, delivery in place.run(jobs) if jobs else ():
            try:
                outcomes[study_id] = accept(by_id[study_id], delivery)
            except StudyError as error:
                outcomes[study_id] = error
            held[study_id].close()
            done(study_id)
            while following is not None and following.id in outcomes:
                yield following, outcomes[following.id]
                following = next(told, None)
        while following is not None and following.id in outcomes:
            yield following, outcomes[following.id]
            following = next(told, None)
    finally:
        for lock in held.values():
            lock.close()


def _packing(study: Study, chosen: Mapping[str, Any], *, force: bool) -> Callable[[], Parcel]:
    return lambda: pack(study, chosen, force=force)

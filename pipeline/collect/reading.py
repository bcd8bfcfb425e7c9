"""What one source's thread does: every stream that the source has, each ending for itself."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from pipeline.collect.jobs import Job
from pipeline.config import Config
from pipeline.event import Event, LogSource, LogSummary, Notice, Rejected, Series
from pipeline.incident import Window


def read(job: Job, window: Window, config: Config, clock: Callable[[], datetime]) -> None:
    """Fill the job with what its source gives for the window; a stream that fails leaves the others alone.

    What its logs are compared with, as the usual, is the beginning of the window: the padding of the configuration.
    """
    connector, http = job.source.open(job.limit, clock)
    job.identity = connector.identity
    sources: list[LogSource] = []
    for stream in ("events", "logs", "series"):
        if give := getattr(connector, stream, None):
            job.attempt(partial(_take, job, give, window, sources))
    job.records += http.notices
    if sources:
        job.attempt(partial(_reduce, job, sources, window, config))


def _take(job: Job, give: Callable[[Window], Iterable[Any]], window: Window, sources: list[LogSource]) -> None:
    for record in give(window):
        if isinstance(record, LogSource):
            sources.append(record)
        elif isinstance(record, Event) and record.at.tzinfo is None:
            job.records.append(Rejected(where=record.native_id or record.title, why=f"{record.at}: has no time zone"))
        elif isinstance(record, (Event, LogSummary, Notice, Rejected, Series)):
            job.records.append(record)
        else:
            raise TypeError(f"a connector gives no {type(record).__name__}")


def _reduce(job: Job, sources: list[LogSource], window: Window, config: Config) -> None:
    from pipeline.logs import Meter, reduce

    baseline, engine, meter = config.window.before, config.log_engine, Meter()
    job.doing = meter.told
    if engine.use == "local":
        job.reduced.append(reduce(sources, window, baseline=baseline, meter=meter))
        return
    from pipeline.logs.cluster import Cluster

    cluster = Cluster(engine.scheduler)
    job.reduced.append(reduce(sources, window, baseline=baseline, mapped=cluster, meter=meter))
    if cluster.trouble:
        detail = f"{engine.scheduler} did not read all of the logs; the rest was read here. {cluster.trouble}"
        job.records.append(Notice(kind="log-engine", detail=detail))

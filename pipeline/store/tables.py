"""The tables, alike in SQLite and PostgreSQL. Texts are compressed; times are RFC 3339."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()


def _of_an_incident() -> Column[str]:
    return Column("incident", Text, ForeignKey("incidents.id"), nullable=False, index=True)


INCIDENTS = Table(
    "incidents", METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("opened_at", Text),
    Column("resolved_at", Text),
)  # fmt: skip
SNAPSHOTS = Table(  # never changed: `hash` is that of the evidence
    "snapshots", METADATA,
    Column("hash", String(64), primary_key=True),
    _of_an_incident(),
    Column("number", Integer, nullable=False),
    Column("collected_at", Text),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
DRAFTS = Table(  # what befell wrote; `hash` is the one that stands in the draft
    "drafts", METADATA,
    Column("hash", String(71), primary_key=True),
    _of_an_incident(),
    Column("snapshot", String(64)),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
VERSIONS = Table(  # what a reviewer made of it, as it was when it was drafted again; `draft` is what it was made of
    "versions", METADATA,
    Column("hash", String(64), primary_key=True),
    _of_an_incident(),
    Column("number", Integer, nullable=False),
    Column("draft", String(71), nullable=False),
    Column("file", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
OVERRIDES = Table(  # a copy: the front matter of the draft is where they are set
    "overrides", METADATA,
    Column("incident", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip
ACTIONS = Table(
    "actions", METADATA,
    Column("incident", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("action", "owner", "due", "type", "priority", "verification",
                                                      "tracker")),
)  # fmt: skip
DELIVERIES = Table(  # what was received: each is acted on once
    "deliveries", METADATA,
    Column("hook", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("received_at", Text, nullable=False),
)  # fmt: skip
WATCHES = Table(  # an incident that is followed until it is drafted
    "watches", METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", String(10), nullable=False),  # incident: a source knows it; alerts: grouped here
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("services", Text, nullable=False),  # JSON
    Column("url", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("resolved_at", Text),
    Column("state", String(10), nullable=False, index=True),
    Column("due_at", Text),
    Column("generation", Integer, nullable=False),  # grows with each change: a draft of an older one is not the last
    Column("lease_by", Text, nullable=False),
    Column("lease_until", Text),
    Column("tries", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Column("drafted_at", Text),
    Column("file", Text, nullable=False),
    Column("told", Integer, nullable=False),  # the generation whose draft reviewers were told of
    Column("captured_at", Text),
)  # fmt: skip
EPISODES = Table(  # alert episodes, and what they belong to
    "episodes", METADATA,
    Column("source", Text, primary_key=True),
    Column("native_id", Text, primary_key=True),
    Column("opened_at", Text, primary_key=True),
    Column("watch", Text, ForeignKey("watches.id"), nullable=False, index=True),
    Column("service", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("resolved_at", Text),
)  # fmt: skip
RECEIVED = Table(  # events that were posted, or captured while an alert fired; redacted, as JSON
    "received", METADATA,
    Column("watch", Text, ForeignKey("watches.id"), primary_key=True),
    Column("id", String(12), primary_key=True),
    Column("source", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("event", Text, nullable=False),
)  # fmt: skip
TOKENS = Table(  # who may use the service; of the token itself only its SHA-256 is kept
    "tokens", METADATA,
    Column("name", Text, primary_key=True),
    Column("role", String(10), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Text, nullable=False),
)  # fmt: skip
SESSIONS = Table(  # browsers that showed a token; of the cookie only its SHA-256 is kept
    "sessions", METADATA,
    Column("hash", String(64), primary_key=True),
    Column("token", Text, ForeignKey("tokens.name"), nullable=False, index=True),
    Column("until", Text, nullable=False),
)  # fmt: skip
AUDIT = Table(  # who changed what; never changed itself
    "audit", METADATA,
    Column("number", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("at", "who", "action")),
    Column("incident", Text, nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("version", String(64), nullable=False),
)  # fmt: skip
PROGRESS = Table(  # how far the sources of a draft are that is being made, or was made last
    "progress", METADATA,
    Column("watch", Text, ForeignKey("watches.id"), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("records", Integer, nullable=False),
    Column("state", Text, nullable=False),
)  # fmt: skip

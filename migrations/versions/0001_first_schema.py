"""The first schema: people, cases, answers, documents, booking, mail, jobs, access log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()
LIVE = sa.text("status IN ('held', 'booked')")

# SQLite has no exclusion constraint: a trigger refuses an overlap with a live time of the same schedule. SQLite lets
# one writer in at a time, so that no other transaction can slip in between the look and the write.
SQLITE_OVERLAP = """
CREATE TRIGGER appointment_no_overlap_{event} BEFORE {event} ON appointment
WHEN NEW.status IN ('held', 'booked')
BEGIN
    SELECT RAISE(ABORT, 'appointment_no_overlap') WHERE EXISTS (
        SELECT 1 FROM appointment
        WHERE schedule_id = NEW.schedule_id AND id <> NEW.id AND status IN ('held', 'booked')
        AND start_at < NEW.end_at AND NEW.start_at < end_at
    );
END
"""

# A range of one number stands for equality, which GiST cannot compare without an extension.
POSTGRESQL_OVERLAP = """
ALTER TABLE appointment ADD CONSTRAINT appointment_no_overlap EXCLUDE USING gist (
    int4range(schedule_id, schedule_id, '[]') WITH &&,
    tstzrange(start_at, end_at) WITH &&
) WHERE (status IN ('held', 'booked'))
"""

SQLITE_APPEND_ONLY = """
CREATE TRIGGER access_log_append_only_{event} BEFORE {event} ON access_log
BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END
"""

POSTGRESQL_APPEND_ONLY = """
CREATE FUNCTION access_log_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'access_log is append-only'; END $$;
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
FOR EACH STATEMENT EXECUTE FUNCTION access_log_append_only();
"""


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "access_log",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=48), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_access_log"),
    )
    op.create_table(
        "family",
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_family"),
        sa.UniqueConstraint("code_hash", name="uq_family_code_hash"),
    )
    op.create_table(
        "job",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_error", sa.String(length=80), nullable=True),
        sa.Column("payload", SEALED, nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("kind", "subject", name="uq_job_kind_subject"),
    )
    op.create_index("ix_job_due_at", "job", ["due_at"], unique=False)
    op.create_table(
        "key_fingerprint",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_key_fingerprint"),
    )
    op.create_table(
        "message",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("key_scope", sa.String(length=8), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("not_after", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=80), nullable=True),
        sa.Column("letter", SEALED, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("ix_message_case_id", "message", ["case_id"], unique=False)
    op.create_index("ix_message_state_created_at", "message", ["state", "created_at"], unique=False)
    op.create_table(
        "role", sa.Column("name", sa.String(length=20), nullable=False), sa.PrimaryKeyConstraint("name", name="pk_role")
    )
    op.create_table(
        "staff_member",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", SEALED, nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("invitation_hash", sa.String(length=64), nullable=True),
        sa.Column("invitation_until", INSTANT, nullable=True),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("totp_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_member"),
        sa.UniqueConstraint("email", name="uq_staff_member_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_staff_member_fs_uniquifier"),
        sa.UniqueConstraint("invitation_hash", name="uq_staff_member_invitation_hash"),
    )
    op.create_table(
        "throttle",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_throttle"),
    )
    op.create_index("ix_throttle_until", "throttle", ["until"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("content", SEALED, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
        sa.UniqueConstraint("token_hash", name="uq_web_session_token_hash"),
    )
    op.create_index("ix_web_session_expires_at", "web_session", ["expires_at"], unique=False)
    op.create_index("ix_web_session_subject", "web_session", ["subject"], unique=False)
    op.create_table(
        "case_file",
        sa.Column("family_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("questionnaire", sa.String(length=40), nullable=False),
        sa.Column("assignee_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff_member.id"], name="fk_case_file_assignee_id"),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name="fk_case_file_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_file"),
        sa.UniqueConstraint("pseudonym", name="uq_case_file_pseudonym"),
        sa.UniqueConstraint("reference", name="uq_case_file_reference"),
    )
    op.create_index("ix_case_file_family_id", "case_file", ["family_id"], unique=False)
    op.create_index("ix_case_file_state_changed_at", "case_file", ["state", "changed_at"], unique=False)
    op.create_table(
        "respondent",
        sa.Column("family_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("email", SEALED, nullable=True),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("role", SEALED, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name="fk_respondent_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_respondent"),
        sa.UniqueConstraint("family_id", "email_hash", name="uq_respondent_family_id_email_hash"),
    )
    op.create_index("ix_respondent_email_hash", "respondent", ["email_hash"], unique=False)
    op.create_index("ix_respondent_family_id", "respondent", ["family_id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_schedule_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
        sa.UniqueConstraint("staff_id", name="uq_schedule_staff_id"),
    )
    op.create_table(
        "staff_language",
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_staff_language_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "language", name="pk_staff_language"),
    )
    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["role.name"], name="fk_staff_role_role"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_staff_role_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "role", name="pk_staff_role"),
    )
    op.create_table(
        "access",
        sa.Column("respondent_id", sa.String(length=32), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=True),
        sa.Column("request_until", INSTANT, nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["respondent_id"], ["respondent.id"], name="fk_access_respondent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_access"),
        sa.UniqueConstraint("link_hash", name="uq_access_link_hash"),
    )
    op.create_index("ix_access_expires_at", "access", ["expires_at"], unique=False)
    op.create_index("ix_access_request_hash", "access", ["request_hash"], unique=False)
    op.create_index("ix_access_respondent_id", "access", ["respondent_id"], unique=False)
    op.create_table(
        "answer_sheet",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("questionnaire", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("content", SEALED, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["respondent.id"], name="fk_answer_sheet_author_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_answer_sheet_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_answer_sheet"),
        sa.UniqueConstraint("case_id", "section", name="uq_answer_sheet_case_id_section"),
    )
    op.create_table(
        "appointment",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("end_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("held_since", INSTANT, nullable=True),
        sa.Column("held_until", INSTANT, nullable=True),
        sa.Column("booked_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("room", SEALED, nullable=True),
        sa.Column("details", SEALED, nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("start_at < end_at", name="ck_appointment_start_before_end"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_appointment_case_id"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_appointment_schedule_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
    )
    op.create_index("ix_appointment_case_id", "appointment", ["case_id"], unique=False)
    op.create_index(
        "uq_appointment_case_live",
        "appointment",
        ["case_id", "status"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "uq_appointment_live_start",
        "appointment",
        ["schedule_id", "start_at"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "consent",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("respondent_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_consent_case_id"),
        sa.ForeignKeyConstraint(["respondent_id"], ["respondent.id"], name="fk_consent_respondent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_case_id", "consent", ["case_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("object_name", sa.String(length=40), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("details", SEALED, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["respondent.id"], name="fk_document_added_by"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_document_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("object_name", name="uq_document_object_name"),
    )
    op.create_index("ix_document_case_id", "document", ["case_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("end_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("start_at < end_at", name="ck_slot_start_before_end"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_slot_schedule_id"),
        sa.PrimaryKeyConstraint("id", name="pk_slot"),
        sa.UniqueConstraint("schedule_id", "start_at", name="uq_slot_schedule_id_start_at"),
    )
    op.create_index("ix_slot_status_start_at", "slot", ["status", "start_at", "schedule_id"], unique=False)
    _guards()


def _guards() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_OVERLAP)
        op.execute(POSTGRESQL_APPEND_ONLY)
        return
    for event in ("INSERT", "UPDATE"):
        op.execute(SQLITE_OVERLAP.format(event=event))
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_APPEND_ONLY.format(event=event))


def downgrade() -> None:
    """Back to nothing."""
    op.drop_table("slot")
    op.drop_table("document")
    op.drop_table("consent")
    op.drop_table("appointment")
    op.drop_table("answer_sheet")
    op.drop_table("access")
    op.drop_table("staff_role")
    op.drop_table("staff_language")
    op.drop_table("schedule")
    op.drop_table("respondent")
    op.drop_table("case_file")
    op.drop_table("web_session")
    op.drop_table("throttle")
    op.drop_table("staff_member")
    op.drop_table("role")
    op.drop_table("message")
    op.drop_table("key_fingerprint")
    op.drop_table("job")
    op.drop_table("family")
    op.drop_table("access_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_log_append_only()")

"""Staff, their roles and languages. Sign-in addresses are in clear; names are sealed with the instance's key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime

COORDINATOR, LEAD, INTERPRETER, ADMIN = "coordinator", "lead", "interpreter", "admin"
ROLES = (COORDINATOR, LEAD, INTERPRETER, ADMIN)


class Role(Model, RoleMixin):
    """A role by name."""

    __tablename__ = "role"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)


class StaffRole(Model):
    """Who has which role."""

    __tablename__ = "staff_role"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    role: Mapped[str] = mapped_column(ForeignKey("role.name"), primary_key=True)


class StaffLanguage(Model):
    """A language that a person speaks with families."""

    __tablename__ = "staff_language"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)


class StaffMember(Row, Model, UserMixin):  # type: ignore[misc]  # its `id` is any type, ours is a text
    """A person of the office (FHIR Practitioner). The columns from `password` on are Flask-Security's."""

    __tablename__ = "staff_member"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Sealed] = mapped_column(SealedColumn)
    language: Mapped[str] = mapped_column(String(12))
    time_zone: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invitation_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_counter: Mapped[int | None] = mapped_column(Integer)  # ours: a code works once
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON)

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # a list of its `RoleMixin` there
        secondary="staff_role", lazy="selectin"
    )
    languages: Mapped[list[StaffLanguage]] = relationship(cascade="all, delete-orphan")

    def is_a(self, *names: str) -> bool:
        """Whether this person has one of these roles and has not been removed."""
        return self.active and any(role.name in names for role in self.roles)

    def get_id(self) -> str:
        """What Flask-Login keeps in the session."""
        return self.fs_uniquifier

    def get_security_payload(self) -> dict[str, Any]:
        """Nothing about a person goes into Flask-Security's answers."""
        return {}

"""The tables, one module an area; migrations create them, these describe them to queries."""

from app.store.schema.audit import AUDIT, AUDIT_ACTS, AUDIT_HEAD, AUDIT_TARGETS
from app.store.schema.metadata import METADATA

__all__ = ["AUDIT", "AUDIT_ACTS", "AUDIT_HEAD", "AUDIT_TARGETS", "METADATA"]

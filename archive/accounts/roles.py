"""
The roles, each a Django group, and the permissions each holds.

A visitor is whoever is not signed in. A role holds all that the roles before it hold, but for the administrator, who
holds everything. Permissions are Django's own, declared on the model they speak of.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

RESEARCHER = "researcher"
ARCHIVIST = "archivist"
MODERATOR = "moderator"
ADMINISTRATOR = "administrator"

GRANTS: dict[str, list[str]] = {
    RESEARCHER: [
        "catalogue.view_item",
        "catalogue.view_accession",
        "review.add_proposal",
        "review.add_flag",
        "exports.add_export",
        "saved_searches.add_savedsearch",
        "folders.add_folder",
    ],
    ARCHIVIST: [
        "catalogue.view_restricted_item",
        "catalogue.clear_item",
        "catalogue.add_accession",
        "catalogue.add_caption",
        "files.download_original",
        "ingest.add_accessionline",
        "claims.add_claim",
        "claims.rule_on_claim",
        "matching.rule_on_match",
        "review.advise_on_item",
        "authorities.add_place",
        "authorities.change_place",
        "authorities.add_event",
        "authorities.change_event",
        "authorities.add_outlet",
        "authorities.change_outlet",
        "authorities.add_agent",
        "authorities.change_agent",
    ],
    MODERATOR: [
        "catalogue.release_item",
        "catalogue.withdraw_item",
        "catalogue.mark_distressing",
        "catalogue.view_held_caption",
        "review.decide_on_proposal",
        "review.decide_on_flag",
        "review.judge_item",
        "ledger.view_ledgerentry",
    ],
    ADMINISTRATOR: [
        "accounts.view_user",
        "accounts.add_user",
        "accounts.change_user",
        "operation.view_process",
        "catalogue.add_archivedescription",
        "review.set_reading_policy",
        "catalogue.destroy_original",
    ],
}
ROLES = tuple(GRANTS)


class NotAllowed(PermissionError):
    """A person's role does not let them do this; the text says to them whose it is."""


@transaction.atomic
def grant_roles() -> None:
    """
    Make the groups and give each exactly its permissions; may run again at any time.

    :raises LookupError: a permission of the table does not exist; the migrations have not all run
    """
    permissions: list[Permission] = []
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in GRANTS.items():
        if missing := [name for name in names if name not in known]:
            raise LookupError(f"no such permission: {', '.join(missing)}; run the migrations first")
        permissions += [known[name] for name in names]
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(permissions)

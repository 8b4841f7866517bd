"""
Name the delivery that told of an appearance, a printed caption or a supplier, where the lines of deliveries know it.

By it an appearance is closed to whoever may not read of the delivery. What cannot be known stays without one.
"""

from django.db import migrations
from django.db.models import OuterRef, Subquery

from archive.ledger.append_only import append_only

GUARDED = ("claims_appearance", "claims_source", "catalogue_caption")


def unguard(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in GUARDED:
        on = "" if is_sqlite else f" ON {table}"
        for act in ("update", "delete", "replace" if is_sqlite else "truncate"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{act}{on}", params=None)


def name_accessions(apps, schema_editor):
    Appearance, Caption = apps.get_model("claims", "Appearance"), apps.get_model("catalogue", "Caption")
    Source, Claim = apps.get_model("claims", "Source"), apps.get_model("claims", "Claim")
    Line = apps.get_model("ingest", "AccessionLine")
    Figure = apps.get_model("claims", "Figure")

    of_page = Figure.objects.filter(pk=OuterRef("figure")).values("article__accession")[:1]
    Appearance.objects.filter(figure__isnull=False).update(accession=Subquery(of_page))
    of_line = Line.objects.filter(appearance=OuterRef("pk")).values("accession")[:1]
    Appearance.objects.filter(figure=None).update(accession=Subquery(of_line))
    of_print = Appearance.objects.filter(wording=OuterRef("pk")).order_by("pk").values("accession")[:1]
    Caption.objects.filter(origin="PRINT", accession=None).update(accession=Subquery(of_print))
    # A supplier's claim notes its delivery's title; the item's lines say which delivery that is.
    item = Claim.objects.filter(source=OuterRef(OuterRef("pk"))).values("item")[:1]
    supplied = Line.objects.filter(item=Subquery(item), accession__title=OuterRef("note")).order_by("pk")
    Source.objects.filter(group="accession").update(accession=Subquery(supplied.values("accession")[:1]))


class Migration(migrations.Migration):

    dependencies = [("ingest", "0006_accession_remarks"), ("claims", "0005_accessions_of_grounds")]

    operations = [
        migrations.RunPython(unguard, migrations.RunPython.noop),
        migrations.RunPython(name_accessions, migrations.RunPython.noop),
        *append_only("claims_appearance"),
        *append_only("claims_source"),
        *append_only("catalogue_caption"),
    ]

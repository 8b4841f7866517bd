import django.db.models.deletion
from archive.extraction.readers.document_identifiers import documents_named
from archive.extraction.readers.statements import Reading, Statement
from archive.ledger.append_only import append_only
from django.db import migrations, models

AT_ONCE = 500


def name_documents(apps, schema_editor):
    """Take the documents out of the readings that were made before."""
    StoredReading = apps.get_model("extraction", "Reading")
    NamedDocument = apps.get_model("extraction", "NamedDocument")
    named, rows = set(), []
    stored = StoredReading.objects.filter(reader="embedded").order_by("media_file", "pk")
    for file, statements in stored.values_list("media_file", "statements").iterator(chunk_size=AT_ONCE):
        stated = [Statement(*each) for each in statements if each[0] in ("XMP-xmpMM", "XMP-photoshop")]
        for part, identifier in documents_named(Reading(statements=stated)):
            if (file, identifier) not in named:
                named.add((file, identifier))
                rows.append(NamedDocument(media_file_id=file, part=part, identifier=identifier))
        if len(rows) >= AT_ONCE:
            NamedDocument.objects.bulk_create(rows)
            # Readings of one file stand together: what was named by those before need not be remembered.
            named, rows = {key for key in named if key[0] == file}, []
    NamedDocument.objects.bulk_create(rows)


class Migration(migrations.Migration):

    dependencies = [
        ('extraction', '0003_examinations'),
        ('files', '0006_store_identity'),
    ]

    operations = [
        migrations.CreateModel(
            name='NamedDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('WHOLE', 'WHOLE'), ('PLACED', 'PLACED')], max_length=6)),
                ('identifier', models.CharField(max_length=100)),
                ('media_file', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='named_documents', to='files.mediafile')),
            ],
            options={
                'indexes': [models.Index(fields=['identifier', 'media_file'], name='named_document_identifier')],
                'constraints': [models.UniqueConstraint(fields=('media_file', 'identifier'), name='named_document_once')],
            },
        ),
        migrations.RunPython(name_documents, migrations.RunPython.noop),
        *append_only("extraction_nameddocument"),
    ]

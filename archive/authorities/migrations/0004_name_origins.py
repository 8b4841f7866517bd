import json

from django.db import migrations, models


def know_origins(apps, schema_editor):
    """Name the rows that brought the names of loaded places; what a person wrote, says the ledger, stays theirs."""
    Place, PlaceName = apps.get_model('authorities', 'Place'), apps.get_model('authorities', 'PlaceName')
    theirs = {}
    entries = apps.get_model('ledger', 'LedgerEntry').objects.filter(subject__startswith='authorities.place:')
    for subject, payload in entries.values_list('subject', 'payload').iterator():
        told = json.loads(payload)
        names = [name for written in told.get('names', ()) for name in (written, written.partition(':')[2])]
        theirs.setdefault(subject.rpartition(':')[2], set()).update([*names, told.get('name', '')])
    # Names of places that took others in may be of either.
    loaded = Place.objects.exclude(source_id='').filter(merged=None)
    for place in loaded.only('pk', 'source', 'source_id').iterator():
        names = PlaceName.objects.filter(place=place).exclude(name__in=theirs.get(str(place.pk), ()))
        names.update(origin=f'{place.source}/{place.source_id}')


class Migration(migrations.Migration):

    dependencies = [
        ('authorities', '0003_marks'),
        ('ledger', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='placename',
            name='origin',
            field=models.CharField(blank=True, db_index=True, help_text='the gazetteer row that brought it; empty: a person', max_length=202),
        ),
        migrations.RunPython(know_origins, migrations.RunPython.noop),
    ]

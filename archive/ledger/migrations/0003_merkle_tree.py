import django.db.models.deletion
from django.db import migrations, models

from archive.ledger.append_only import append_only
from archive.ledger.grow_tree import grow


def build_tree(apps, schema_editor):
    """Make the tree over the entries that are there, some thousand at a time."""
    Head = apps.get_model("ledger", "LedgerHead")
    for head in Head.objects.select_for_update():
        grow(head, apps.get_model("ledger", "LedgerEntry"), apps.get_model("ledger", "LedgerSubtrees"))
        head.save()


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_no_replacing'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerSubtrees',
            fields=[
                ('sequence', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('hashes', models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name='ledgerhead',
            name='frontier',
            field=models.TextField(blank=True, default='', help_text='hashes of the full subtrees of the whole tree, the largest first'),
        ),
        migrations.AddField(
            model_name='ledgerhead',
            name='tree_size',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='WitnessedHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=300)),
                ('size', models.PositiveBigIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('key', models.CharField(help_text='public key that signed it: name+number+key', max_length=400)),
                ('note', models.TextField(help_text='as it came, with its signatures')),
                ('seen_at', models.DateTimeField()),
                ('proof', models.TextField(blank=True, help_text='that came with a refused one')),
                ('against', models.ForeignKey(help_text='the head that a refused one contradicts', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refused', to='ledger.witnessedhead')),
            ],
            options={
                'indexes': [models.Index(fields=['origin', 'id'], name='witnessed_origin')],
            },
        ),
        migrations.RunPython(build_tree, migrations.RunPython.noop),
        *append_only("ledger_ledgersubtrees"),
        *append_only("ledger_witnessedhead"),
    ]

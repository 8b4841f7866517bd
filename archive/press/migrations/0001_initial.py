"""
Take the news pages over from `claims`: the tables stay as they are, with their rows and triggers; content types and
their permissions keep their keys.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MOVED = ["article", "figure", "appearance"]


def move_content_types(apps, schema_editor, origin="claims", to="press"):
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    kinds.filter(app_label=origin, model__in=MOVED).update(app_label=to)


def move_content_types_back(apps, schema_editor):
    move_content_types(apps, schema_editor, "press", "claims")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('authorities', '0005_population'),
        ('catalogue', '0013_distressing_pictures'),
        ('claims', '0006_delivered_readings'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('files', '0005_event_by_outcome'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Article',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('outlet_as_written', models.CharField(blank=True, max_length=300)),
                        ('headline', models.TextField(blank=True)),
                        ('authors', models.JSONField(default=list, help_text='as written')),
                        ('language', models.CharField(blank=True, help_text='BCP 47', max_length=20)),
                        ('url', models.URLField(blank=True, help_text='canonical', max_length=2000)),
                        ('published_edtf', models.CharField(blank=True, max_length=100)),
                        ('published_earliest', models.DateField(help_text='inclusive, local day', null=True)),
                        ('published_latest', models.DateField(null=True)),
                        ('published_moment', models.DateTimeField(help_text='where the zone is known', null=True)),
                        ('modified_edtf', models.CharField(blank=True, max_length=100)),
                        ('text', models.TextField(blank=True, help_text='its main paragraphs, plain')),
                        ('problems', models.JSONField(default=list, help_text='sentences for people')),
                        ('normalised', models.TextField(blank=True, help_text='headline, authors, text, captions and credits, to be searched')),
                        ('recorded_at', models.DateTimeField()),
                        ('accession', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='catalogue.accession')),
                        ('media_file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='article', to='files.mediafile')),
                        ('outlet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='authorities.outlet')),
                        ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'claims_article',
                    },
                ),
                migrations.CreateModel(
                    name='Figure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveIntegerField(help_text='from 1, in the order of the page')),
                        ('after_paragraph', models.PositiveIntegerField(default=0, help_text='how many paragraphs stand before it')),
                        ('image_urls', models.JSONField(default=list)),
                        ('image_name', models.CharField(blank=True, help_text='last part of the first address', max_length=300)),
                        ('caption', models.TextField(blank=True)),
                        ('credit', models.TextField(blank=True)),
                        ('alternative_text', models.TextField(blank=True)),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='press.article')),
                    ],
                    options={
                        'db_table': 'claims_figure',
                    },
                ),
                migrations.CreateModel(
                    name='Appearance',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('url', models.URLField(blank=True, max_length=1000)),
                        ('headline', models.TextField(blank=True)),
                        ('published_edtf', models.CharField(blank=True, max_length=100)),
                        ('published_earliest', models.DateField(null=True)),
                        ('published_latest', models.DateField(null=True)),
                        ('caption', models.TextField(blank=True, help_text='as printed')),
                        ('credit', models.TextField(blank=True, help_text='as printed')),
                        ('recorded_at', models.DateTimeField()),
                        ('accession', models.ForeignKey(help_text='the delivery, or that of the news page, which told of it; null: none', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='catalogue.accession')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='catalogue.item')),
                        ('outlet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='authorities.outlet')),
                        ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('wording', models.ForeignKey(help_text='the caption as a text of its own', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='catalogue.caption')),
                        ('figure', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='press.figure')),
                    ],
                    options={
                        'db_table': 'claims_appearance',
                    },
                ),
                migrations.AddIndex(
                    model_name='article',
                    index=models.Index(fields=['outlet', 'published_earliest'], name='article_outlet'),
                ),
                migrations.AddIndex(
                    model_name='figure',
                    index=models.Index(fields=['image_name'], name='figure_image_name'),
                ),
                migrations.AddConstraint(
                    model_name='figure',
                    constraint=models.UniqueConstraint(fields=('article', 'position'), name='figure_once'),
                ),
                migrations.AddIndex(
                    model_name='appearance',
                    index=models.Index(fields=['outlet', 'published_earliest'], name='appearance_outlet'),
                ),
                migrations.AddConstraint(
                    model_name='appearance',
                    constraint=models.UniqueConstraint(condition=models.Q(('figure__isnull', False)), fields=('figure', 'item'), name='appearance_of_a_figure_once'),
                ),
            ],
        ),
        migrations.RunPython(move_content_types, move_content_types_back),
    ]

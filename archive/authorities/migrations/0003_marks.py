from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('authorities', '0002_revision'),
    ]

    operations = [
        migrations.DeleteModel(name='AuthorityRevision'),
        migrations.CreateModel(
            name='AuthorityRevision',
            fields=[
                ('sort', models.CharField(help_text='name of the model', max_length=20, primary_key=True, serialize=False)),
                ('mark', models.CharField(help_text='another after each change, and never one of before', max_length=32)),
            ],
        ),
        migrations.RemoveField(model_name='event', name='changed_at'),
        migrations.RemoveField(model_name='place', name='changed_at'),
        # A record that was made to stand beneath itself by two moves at once has nothing above it any more.
        migrations.RunPython(
            lambda apps, schema_editor: [
                apps.get_model('authorities', model).objects.filter(parent=models.F('id')).update(parent=None)
                for model in ('Place', 'Event')
            ],
            migrations.RunPython.noop,
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='event_not_beneath_itself'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='place_not_beneath_itself'),
        ),
    ]

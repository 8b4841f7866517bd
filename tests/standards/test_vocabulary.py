from archive.standards.vocabulary import SourceKind


def test_a_person_leads_before_the_camera_and_the_camera_before_a_caption():
    assert SourceKind.PERSON.rank < SourceKind.DEVICE_METADATA.rank < SourceKind.EMBEDDED_DESCRIPTION.rank
    assert SourceKind.EMBEDDED_DESCRIPTION.rank < SourceKind.CAPTION.rank < SourceKind.INFERENCE.rank

from tests.extraction.captions.conftest import gazetteer

__all__ = ["gazetteer"]

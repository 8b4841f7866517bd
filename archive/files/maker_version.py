"""The version of what makes renditions, apart from the decoders: who only asks for it need not load them."""

# Raised with every change that makes other renditions of the same file.
MAKER_VERSION = "2"

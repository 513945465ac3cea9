"""How many messages a protobuf has, before it is parsed: an empty one has two bytes, and takes
a hundred of memory.

Source: protobuf.dev, "Encoding": a field is a tag and, by its wire type, a varint, a fixed number
of bytes, or a length and as many bytes.
"""

from google.protobuf.descriptor import Descriptor

MOST_MESSAGES = 500_000


def has_too_many(content: bytes, kind: Descriptor) -> bool:
    """Return whether a message of a kind has more than MOST_MESSAGES within it.

    What can't be read counts as its bytes until there: the parser rejects it.
    """
    waiting = [(kind, 0, len(content))]
    number = 0
    while waiting:
        message, position, end = waiting.pop()
        while position < end:
            tag, position = _varint(content, position, end)
            match tag & 7:
                case 0:
                    _, position = _varint(content, position, end)
                case 1:
                    position += 8
                case 5:
                    position += 4
                case 2:
                    length, position = _varint(content, position, end)
                    field = message.fields_by_number.get(tag >> 3)
                    within = field.message_type if field is not None else None
                    if within is not None:
                        number += 1
                        if number > MOST_MESSAGES:
                            return True
                        waiting.append((within, position, min(position + length, end)))
                    position += length
                case _:
                    break
    return False


def _varint(content: bytes, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end:
        byte = content[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80 or shift > 63:
            break
        shift += 7
    return value, position

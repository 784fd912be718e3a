"""The process that draws: a line of Vega-Lite in, a line of JSON with the SVG out. Run by app/web/vega.py, as a file.

It is a process of its own because the engine holds Python's lock while it draws: 20 to 40 ms in which nobody else would
be answered. It ends when its input does, so it never outlives the service.
"""

import json
import sys

# The engine may ask addresses that a chart names. Ours name none, and here nothing listens.
_NO_ADDRESS = "http://127.0.0.1:9/nothing/"


def main() -> None:
    """Draw until nothing more is asked."""
    # Only this process pays for the engine: half a second, and 110 MB.
    import vl_convert  # noqa: PLC0415

    for line in sys.stdin.buffer:
        try:
            told = {"svg": vl_convert.vegalite_to_svg(line.decode(), allowed_base_urls=[_NO_ADDRESS])}
        except ValueError as error:
            told = {"problem": str(error)}
        sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

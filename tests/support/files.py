"""Real files to send: a PDF, a photo, a scan, each with words planted in it."""

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image


def make_pdf(words: str = "Genetic report", pages: int = 1) -> bytes:
    """A real PDF whose pages say `words`."""
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        page.Contents = pdf.make_stream(f"BT /F1 14 Tf 60 760 Td ({words}) Tj ET".encode("latin-1"))
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def make_jpeg(width: int = 320, height: int = 240) -> bytes:
    """A real photo."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def make_png(width: int = 320, height: int = 240) -> bytes:
    """A real screenshot."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def genetic_report(tmp_path: Path) -> Path:
    """A PDF of one page on disk."""
    path = tmp_path / "genetic-report.pdf"
    path.write_bytes(make_pdf())
    return path


@pytest.fixture
def walking_test(tmp_path: Path) -> Path:
    """A photo on disk."""
    path = tmp_path / "walking-test.jpg"
    path.write_bytes(make_jpeg())
    return path

//! JSON as Python's encoder spells it: spaces after `,` and `:`, and nothing but printable ASCII in strings.

use serde_json::ser::{CharEscape, Formatter};
use std::io::{self, Write};

/// Writes a document on one line or, with `INDENTED`, one value a line, indented by two.
#[derive(Debug, Default)]
pub(super) struct Ascii<const INDENTED: bool> {
    /// Lists and objects that are open.
    depth: usize,
    /// Whether the innermost of them has something in it.
    filled: bool,
}

impl<const INDENTED: bool> Ascii<INDENTED> {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        if INDENTED {
            self.depth += 1;
            self.filled = false;
        }
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        if INDENTED {
            self.depth -= 1;
            if self.filled {
                self.new_line(writer)?;
            }
            // Whatever holds what was closed here has at least that in it.
            self.filled = true;
        }
        writer.write_all(bracket)
    }

    fn separate<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if INDENTED {
            self.filled = true;
            if !first {
                writer.write_all(b",")?;
            }
            self.new_line(writer)
        } else if first {
            Ok(())
        } else {
            writer.write_all(b", ")
        }
    }

    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl<const INDENTED: bool> Formatter for Ascii<INDENTED> {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // The common case in one pass that the compiler turns into vector instructions.
        if fragment.bytes().fold(0, u8::max) < 0x7f {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(start) = rest.find(|c| c >= '\u{7f}') {
            let (plain, special) = rest.split_at(start);
            writer.write_all(plain.as_bytes())?;
            let end = special.find(|c| c < '\u{7f}').unwrap_or(special.len());
            special[..end].encode_utf16().try_for_each(|unit| write_unit(writer, unit))?;
            rest = &special[end..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        let short = match escape {
            CharEscape::Quote => b"\\\"",
            CharEscape::ReverseSolidus => b"\\\\",
            CharEscape::Solidus => b"\\/",
            CharEscape::Backspace => b"\\b",
            CharEscape::FormFeed => b"\\f",
            CharEscape::LineFeed => b"\\n",
            CharEscape::CarriageReturn => b"\\r",
            CharEscape::Tab => b"\\t",
            CharEscape::AsciiControl(byte) => return write_unit(writer, u16::from(byte)),
        };
        writer.write_all(short)
    }
}

/// One UTF-16 unit as `\uXXXX`; a character beyond the first 65,536 is two of them.
fn write_unit<W: ?Sized + Write>(writer: &mut W, unit: u16) -> io::Result<()> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let [high, low] = unit.to_be_bytes();
    let digit = |nibble: u8| HEX[usize::from(nibble)];
    writer.write_all(&[b'\\', b'u', digit(high >> 4), digit(high & 15), digit(low >> 4), digit(low & 15)])
}

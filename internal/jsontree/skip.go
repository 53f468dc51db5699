package jsontree

import (
	"encoding/binary"
	"encoding/json"
)

// skipWhole skips a value that is in the buffer as a whole, without noting the path to what it
// holds. It reports false, and consumes nothing, unless all of the value is valid: then [Scanner.Skip]
// finds out what is wrong, and where. It is tried once, so that a text that is broken far below is
// not walked through again at each level.
func (s *Scanner) skipWhole() bool {
	if s.src != nil || s.broken {
		return false
	}
	w := walk{b: s.buf, at: s.pos}
	if !w.value(maxDepth - len(s.path)) {
		s.broken = true
		return false
	}
	s.pos, s.line = w.at, s.line+w.lines
	return true
}

// A walk passes over valid JSON in memory. Its methods report false at the first fault.
type walk struct {
	b     []byte
	at    int
	lines int
}

// peek returns the first byte behind white space, and 0 at the end.
func (w *walk) peek() byte {
	for ; w.at < len(w.b); w.at++ {
		switch c := w.b[w.at]; c {
		case '\n':
			w.lines++
		case ' ', '\t', '\r':
		default:
			return c
		}
	}
	return 0
}

// take passes one byte, behind white space, if it is the one wanted.
func (w *walk) take(want byte) bool {
	if w.peek() != want {
		return false
	}
	w.at++
	return true
}

// value passes any value with so many levels at most.
func (w *walk) value(levels int) bool {
	switch w.peek() {
	case '{':
		return w.each('}', levels, func() bool {
			return w.text() && w.take(':') && w.value(levels-1)
		})
	case '[':
		return w.each(']', levels, func() bool { return w.value(levels - 1) })
	case '"':
		return w.text()
	}
	return w.word()
}

// each passes what stands between two brackets, separated by commas.
func (w *walk) each(right byte, levels int, one func() bool) bool {
	if levels <= 0 {
		return false
	}
	w.at++
	if w.take(right) {
		return true
	}
	for one() {
		if !w.take(',') {
			return w.take(right)
		}
	}
	return false
}

// text passes a text in quotes.
func (w *walk) text() bool {
	if !w.take('"') {
		return false
	}
	for {
		w.at += plainBytes(w.b[w.at:])
		if w.at == len(w.b) {
			return false
		}
		switch w.b[w.at] {
		case '"':
			w.at++
			return true
		case '\\':
			if !w.escape() {
				return false
			}
		default: // a control character
			return false
		}
	}
}

func (w *walk) escape() bool {
	rest := w.b[w.at+1:]
	if len(rest) == 0 {
		return false
	}
	switch rest[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		w.at += 2
		return true
	case 'u':
		if len(rest) < 5 || !isHex(rest[1]) || !isHex(rest[2]) || !isHex(rest[3]) || !isHex(rest[4]) {
			return false
		}
		w.at += 6
		return true
	}
	return false
}

// plainBytes counts the bytes of a text that stand for themselves, eight at a time.
func plainBytes(b []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	n := 0
	for len(b)-n >= 8 {
		// A byte is 0 exactly where x has what is looked for; the high bit of a byte is set where the
		// subtraction of 1 from 0 borrows. See "Determine if a word has a zero byte", Bit Twiddling Hacks.
		x := binary.LittleEndian.Uint64(b[n:])
		quote, escape := x^(ones*'"'), x^(ones*'\\')
		found := (x-ones*' ')&^x | (quote-ones)&^quote | (escape-ones)&^escape
		if found&highs != 0 {
			break
		}
		n += 8
	}
	return n + literal(b[n:])
}

// word passes a number, true, false or null.
func (w *walk) word() bool {
	start := w.at
	for w.at < len(w.b) && inLiteral(w.b[w.at]) {
		w.at++
	}
	word := w.b[start:w.at]
	return digits(word) || len(word) > 0 && json.Valid(word)
}

// digits reports whether a word is a whole number of at most eighteen digits that begins with none
// of 0, as almost all numbers are.
func digits(word []byte) bool {
	if len(word) == 0 || len(word) > 18 || word[0] == '0' {
		return false
	}
	for _, c := range word {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

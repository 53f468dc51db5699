package plain

import "unicode/utf8"

// Ellipsis ends what was cut.
const Ellipsis = "…"

// Cut returns s if it has at most most bytes; else as many whole runes of it as fit, and an
// [Ellipsis] behind them, which is not counted. Broken UTF-8 at the cut is dropped.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return s[:runeEnd(s, most)] + Ellipsis
}

// Fit returns s, and false, if its runes cost no more than most together. Else it returns as many
// of its runes as leave room for an [Ellipsis] behind them, and true. The cost of a rune is at
// least zero. Where not even the ellipsis has room, nothing is left.
func Fit(s string, most int, cost func(rune) int) (string, bool) {
	room, end, sum := most-cost([]rune(Ellipsis)[0]), 0, 0
	for at, r := range s {
		if sum <= room {
			end = at
		}
		if sum += cost(r); sum > most {
			if room < 0 {
				return "", true
			}
			return s[:end] + Ellipsis, true
		}
	}
	return s, false
}

// FitRunes returns s on at most so many runes, the [Ellipsis] of a cut included.
func FitRunes(s string, most int) string {
	s, _ = Fit(s, most, Rune)
	return s
}

// Rune is the cost of a rune where runes are counted.
func Rune(rune) int { return 1 }

// runeEnd returns the end of the last whole rune within the first most bytes of s.
func runeEnd(s string, most int) int {
	end := most
	for end > 0 && end > most-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return end
}

package plain

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Count returns a number and its noun, in the plural but for one: "1 incident", "1,204 incidents".
func Count[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Thousands(int64(n)) + " " + noun + "s"
}

// Thousands returns a number with commas: "1,204,388".
func Thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// Percent returns part of whole in percent, floored to so many decimals, without zeros at their
// end: "93.21%". It computes in whole numbers, so that what is not all of it is never written as
// 100%. A whole of zero is "no data".
func Percent(part, whole uint64, decimals int) string {
	if whole == 0 {
		return "no data"
	}
	n := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)+2), nil)
	n.Mul(n, new(big.Int).SetUint64(part)).Quo(n, new(big.Int).SetUint64(whole))
	text := fmt.Sprintf("%0*d", decimals+1, n)
	return tidy(text[:len(text)-decimals]+"."+text[len(text)-decimals:]) + "%"
}

// Share returns a share in percent, floored to so many decimals, without zeros at their end.
// What is not all of it is never 100%.
func Share(share float64, decimals int) string {
	scale := math.Pow10(decimals)
	return tidy(strconv.FormatFloat(math.Floor(share*100*scale)/scale, 'f', decimals, 64)) + "%"
}

// tidy drops the zeros behind a point.
func tidy(number string) string {
	if !strings.Contains(number, ".") {
		return number
	}
	return strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
}

// List joins words: "a", "a and b", "a, b and c".
func List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Chance returns a probability as a whole percent, rounded. Only 0 and 1 are written as 0% and
// 100%: what is between them and rounds to one of these is "under 1%" or "over 99%".
func Chance(p float64) string {
	whole := math.Round(p * 100)
	switch {
	case p > 0 && whole == 0:
		return "under 1%"
	case p < 1 && whole == 100:
		return "over 99%"
	}
	return fmt.Sprintf("%.0f%%", whole)
}

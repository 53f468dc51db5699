package sla

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// alignmentOf is the optimal string alignment distance by its definition, with a whole table.
func alignmentOf(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j
				continue
			case j == 0:
				d[i][j] = i
				continue
			}
			changed := d[i-1][j-1]
			if a[i-1] != b[j-1] {
				changed++
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestEditsAreThoseOfTheWholeTable(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 4))
	word := func(n int) string {
		b := make([]byte, r.IntN(n))
		for i := range b {
			b[i] = "abc"[r.IntN(3)]
		}
		return string(b)
	}
	seen := map[int]int{}
	for range 200_000 {
		a := word(9)
		b := word(9)
		if r.IntN(2) == 0 && a != "" { // near ones are rare by chance
			at := r.IntN(len(a))
			b = a[:at] + word(3) + a[min(len(a), at+r.IntN(3)):]
		}
		for limit := 1; limit <= 3; limit++ {
			want := min(alignmentOf(a, b), limit+1)
			require.Equal(t, want, editsWithin(a, b, limit), "%q %q within %d", a, b, limit)
			seen[want]++
		}
	}
	for edits := range 5 {
		assert.Greater(t, seen[edits], 1_000, "%d edits", edits)
	}
}

func TestNear(t *testing.T) {
	known := []string{"mart.orders", "mart.orderz", "model.shop.finance", "model.shop.finances", "raw", "raw.orders"}
	for name, want := range map[string]string{
		"model.shop.financ":    "model.shop.finance",
		"model.shop.fiannce":   "model.shop.finance",
		"Model.Shop.Finance":   "model.shop.finance",
		"model.shop.financess": "model.shop.finances",
		"mart.order":           "mart.orders", // and not the other, as near
		"mart.orsders":         "mart.orders",
		"mart.ordres":          "mart.orders",
		"rax":                  "", // too short to tell
		"rawx":                 "raw",
		"mart.customers":       "",
		"model.shop.fin":       "",
	} {
		s := suggester{known: known}
		got, found := s.near(name)
		assert.Equal(t, want, got, name)
		assert.Equal(t, want != "", found, name)
	}
}

func TestSuggestionsAreBounded(t *testing.T) {
	s := suggester{compared: mostCompared - 1}
	for i := range 3 {
		s.known = append(s.known, fmt.Sprintf("mart.orders%d", i))
	}
	_, found := s.near("mart.orders2")
	assert.True(t, found, "the first is compared")
	_, found = s.near("mart.orders2")
	assert.False(t, found, "and no more")
}

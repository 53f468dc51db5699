package freshness

import (
	"fmt"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// deepest bounds how deep policies in policies are put into words.
const deepest = 4

// Words returns what p promises, in prose: "ready by 07:00 Europe/Dublin on working days". For a
// policy of another package it returns what its method Words does, or else "fresh by a rule of its
// own".
func Words(p Policy) string { return wordsOf(p, 0) }

func wordsOf(p Policy, depth int) string {
	if depth > deepest {
		return "and more"
	}
	switch p := p.(type) {
	case interface{ Words() string }:
		return p.Words()
	case interface{ words(depth int) string }:
		return p.words(depth)
	}
	return "fresh by a rule of its own"
}

func partsWords(parts []Policy, join string, depth int) string {
	var words []string
	for _, p := range parts {
		words = append(words, wordsOf(p, depth+1))
	}
	return strings.Join(words, join)
}

func (p AllOf) words(depth int) string { return partsWords(p, ", and ", depth) }

func (p AnyOf) words(depth int) string { return partsWords(p, ", or ", depth) }

func (p Paused) words(depth int) string { return wordsOf(p.Policy, depth+1) }

func (p During) words(depth int) string { return wordsOf(p.Policy, depth+1) + ", in working time" }

func (p Cadence) words(int) string {
	return "something lands at least every " + plain.Notation(p.Every)
}

func (p MaxAge) words(int) string {
	limit := p.Fail
	if limit == 0 {
		limit = p.Warn
	}
	words := "never older than " + plain.Notation(limit)
	if !p.Hours.IsZero() {
		words += " of working time"
	}
	return words
}

func (p Deadline) words(int) string {
	words := "ready " + p.Due.Words()
	switch {
	case p.MinRows > 0:
		words += fmt.Sprintf(", with at least %d rows", p.MinRows)
	case p.MinPercent > 0:
		words += fmt.Sprintf(", with at least %d%% of the usual rows", p.MinPercent)
	}
	if p.Grace > 0 {
		words += ", " + plain.Notation(p.Grace) + " of grace"
	}
	return words
}

package openslo

import (
	"math"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/jsontree"
	"github.com/alwaysp1/alwaysp1/sla"
)

// target reads what must be good, as a share or in percent.
func target(o *sla.Objective, n node) {
	share, percent := n.Get("target"), n.Get("targetPercent")
	if share.Is() == percent.Is() {
		n.Refuse("want one of target and targetPercent")
		return
	}
	at, all, unit := share, "1", ""
	if percent.Is() {
		at, all, unit = percent, "100", "%"
	}

	text := at.Number()
	switch {
	case text == "":
	case whole(text) == all:
		o.ZeroTolerance = true
		at.Note("%s leaves no budget: it is zero tolerance here", text+unit)
	case unit == "" && moreThanOne(text):
		at.Refuse("%s is above 1: did you mean targetPercent?", jsontree.Excerpt([]byte(text)))
	default:
		o.Target = parseTarget(at, text+unit)
	}
}

func parseTarget(n node, text string) sla.Target {
	t, err := sla.ParseTarget(text)
	if err != nil {
		n.Refuse("%w", bare(err))
	}
	return t
}

// whole returns a number without a fraction that is zero.
func whole(number string) string {
	before, after, _ := strings.Cut(number, ".")
	if strings.Trim(after, "0") == "" {
		return before
	}
	return number
}

// moreThanOne reports whether a number without an exponent is above 1.
func moreThanOne(number string) bool {
	before, _, _ := strings.Cut(number, ".")
	return strings.Trim(number, ".0123456789") == "" && before != "0" && whole(number) != "1"
}

// sliceTarget reads the share of a slice that must be good. All of it is the zero Target.
func sliceTarget(n node) sla.Target {
	text := number(n)
	if text == "" || whole(text) == "1" {
		return sla.Target{}
	}
	return parseTarget(n, text)
}

// sliceLength reads the length of a slice. A number is minutes.
func sliceLength(n node) time.Duration {
	if !n.IsNumber() {
		return duration(n)
	}
	var minutes int64
	before := n.Doc.Len()
	jsontree.Number(&n.Doc.Decoder, &minutes)(n.Path, n.Value)
	const most = math.MaxInt64 / int64(time.Minute)
	if n.Doc.Len() == before && (minutes <= 0 || minutes > most) {
		n.Refuse("%d minutes are no length of a slice", minutes)
		return 0
	}
	return time.Duration(minutes) * time.Minute
}

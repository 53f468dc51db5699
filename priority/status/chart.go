package status

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// The size of a chart and of the plane within it, in units of its own: the page scales it.
const (
	chartWide, chartHigh    = 560, 240
	planeLeft, planeTop     = 64, 14
	planeRight, planeBottom = 552, 196
	mostSteps               = 500 // of a line; more than the plane has units
)

// The share of an error budget is drawn from here to there. What is lower lies on the lower edge,
// or an overspent budget would flatten all that came before.
const lowestBudget, highestBudget float64 = -2, 1

// A chart draws a plane of time and a value, as SVG.
type chart struct {
	strings.Builder
	id        string
	from, to  time.Time
	low, high float64
}

// x returns where an instant lies, within the plane.
func (c *chart) x(t time.Time) float64 {
	// A chart of one instant has no width to divide by.
	all := c.to.Sub(c.from)
	if all <= 0 {
		return planeLeft
	}
	return planeLeft + (planeRight-planeLeft)*min(max(float64(t.Sub(c.from))/float64(all), 0), 1)
}

// y returns where a value lies, within the plane.
func (c *chart) y(v float64) float64 {
	// A chart of one value has no height.
	if c.high <= c.low {
		return planeBottom
	}
	return planeBottom - (planeBottom-planeTop)*(min(max(v, c.low), c.high)-c.low)/(c.high-c.low)
}

// add writes a part of the drawing.
func (c *chart) add(format string, args ...any) { fmt.Fprintf(c, format, args...) }

// begin opens the drawing, with a name and a description for readers who do not see it.
func (c *chart) begin(name, description string) {
	c.add(`<svg class="chart" role="img" viewBox="0 0 %d %d" aria-labelledby="%s-t %s-d">`,
		chartWide, chartHigh, c.id, c.id)
	c.add(`<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		c.id, html.EscapeString(name), c.id, html.EscapeString(description))
}

// end closes the drawing and returns it.
func (c *chart) end() template.HTML {
	c.WriteString("</svg>")
	return template.HTML(c.String()) // all that callers named is escaped
}

// dates draws the axis of time, with five dates. The first and the last keep within the plane.
func (c *chart) dates(zone *time.Location) {
	c.add(`<path class="axis" d="M%d %dH%d"/>`, planeLeft, planeBottom, planeRight)
	const ticks = 4
	for i := range ticks + 1 {
		at := c.from.Add(time.Duration(float64(c.to.Sub(c.from)) * float64(i) / ticks)).In(zone)
		anchor := "middle"
		switch i {
		case 0:
			anchor = "start"
		case ticks:
			anchor = "end"
		}
		c.add(`<path class="axis" d="M%.1f %dv5"/><text x="%.1f" y="%d" text-anchor="%s">%s</text>`,
			c.x(at), planeBottom, c.x(at), planeBottom+20, anchor, at.Format("2 Jan"))
	}
	c.add(`<text x="%d" y="%d" text-anchor="middle">date, %s</text>`,
		(planeLeft+planeRight)/2, planeBottom+38, html.EscapeString(zone.String()))
}

// level draws a line across the plane, with its value beside it.
func (c *chart) level(v float64, text, class string) {
	c.add(`<path class="%s" d="M%d %.1fH%d"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`,
		class, planeLeft, c.y(v), planeRight, planeLeft-6, c.y(v)+4, text)
}

// A step is the share of an error budget that was left from an instant on.
type step struct {
	at   time.Time
	left float64
}

// burnDown draws what was left of an error budget over the window of its SLO. It returns nothing
// where nothing was counted.
func burnDown(
	id string, o *tracker.ObjectiveReport, buckets []tracker.Bucket, zone *time.Location,
) template.HTML {
	steps := burnDownSteps(o, buckets)
	if steps == nil {
		return ""
	}
	c := &chart{id: id + "-burn", from: o.Start, to: o.End, high: highestBudget}
	for _, s := range steps {
		c.low = max(min(c.low, s.left), lowestBudget)
	}
	// The lowest line lies at or below the lowest value.
	c.low = math.Floor(c.low*2) / 2

	last := steps[len(steps)-1]
	c.begin("Error budget of "+title(o.Name), fmt.Sprintf(
		"What was left of the error budget, in percent, from %s to %s. It ends at %s.",
		clockText(o.Start.In(zone)), clockText(o.End.In(zone)), plain.Share(last.left, 0)))
	// The steps are halves, which a float64 holds exactly, so that zero is met.
	for v := c.low; v <= c.high; v += 0.5 {
		class := "grid"
		if v == 0 {
			class = "zero"
		}
		text := strings.Replace(fmt.Sprintf("%.0f%%", v*100), "-", "−", 1)
		if v == lowestBudget {
			text = "≤ " + text
		}
		c.level(v, text, class)
	}

	c.dates(zone)
	// The line is a staircase: the budget is used up at once by each bad outcome, and not
	// gradually.
	c.add(`<path class="line" d="M%.1f %.1f`, c.x(c.from), c.y(1))
	for _, s := range steps {
		c.add("H%.1fV%.1f", c.x(s.at), c.y(s.left))
	}
	c.add(`H%.1f"/>`, c.x(c.to))
	return c.end()
}

// burnDownSteps returns how an error budget was used up. The budget of the whole window is (1 −
// target) × all outcomes, and each bad outcome uses up one, so that the line ends at what is left
// now. Under zero tolerance there is no budget.
func burnDownSteps(o *tracker.ObjectiveReport, buckets []tracker.Bucket) (steps []step) {
	counts := o.Budget.Counts
	allowed := float64(o.Budget.Target.Tolerance()) / exact.Billion * float64(counts.Total())
	// Without an error budget there is nothing to burn down.
	if allowed == 0 {
		return nil
	}

	used := 0.0
	for _, b := range buckets {
		if b.Counts.Bad <= 0 || b.Start.Before(o.Start) {
			continue
		}
		// At the edges of the window buckets are not exact: they never use up more than was
		// counted.
		used = min(used+float64(b.Counts.Bad), float64(max(counts.Bad, 0)))
		steps = append(steps, step{b.Start, 1 - used/allowed})
	}
	// The last step is the exact figure of the report, which buckets at the edges may differ from.
	steps = thinned(steps)
	if left, ok := o.Budget.Remaining(); ok {
		steps = append(steps, step{o.End, left})
	}
	return steps
}

// thinned returns at most mostSteps of the steps, from all over the window.
func thinned(steps []step) []step {
	n := len(steps)
	if n <= mostSteps {
		return steps
	}
	// Every n-th step is kept, so that the line has the same shape as with all of them.
	thin := steps[:0]
	for i, s := range steps {
		if i*mostSteps/n != (i+1)*mostSteps/n {
			thin = append(thin, s)
		}
	}
	return thin
}

// off returns how long after its due instant data landed for a window, in hours.
func (w *WindowView) off() float64 { return w.Landed.Sub(w.Start).Hours() }

// landingsChart draws when data landed, as hours before or after it was due. It returns nothing
// where no landing is known.
func landingsChart(id, name string, windows []WindowView, zone *time.Location) template.HTML {
	c := &chart{id: id + "-landed"}
	some := false
	for i := range windows {
		if w := &windows[i]; w.Landed != nil && w.isDue() {
			// One odd landing must not flatten all others: a day off is as far as the plane goes.
			c.low, c.high = min(c.low, max(w.off(), -24)), max(c.high, min(w.off(), 24))
			some = true
		}
	}
	if !some {
		return ""
	}

	unit := gridUnit(c.high - c.low)
	// A little room is left at the lower edge and a line at the upper, where crosses are drawn.
	c.low, c.high = (math.Floor(c.low/unit)-0.2)*unit, (math.Ceil(c.high/unit)+1)*unit
	c.from, c.to = windows[0].Start, windows[len(windows)-1].Start
	c.begin("Landings of "+title(name), fmt.Sprintf(
		"How long before or after each due instant data landed, in hours. Of the %s.", sumOf(windows)))
	// The line through zero may have gathered a rounding error, and so is looked for with a
	// tolerance.
	for v := math.Ceil(c.low/unit) * unit; v <= c.high; v += unit {
		if math.Abs(v) < unit/2 {
			c.level(0, "due", "zero")
			continue
		}
		c.level(v, hoursText(v), "grid")
	}

	c.dates(zone)
	for i := range windows {
		c.mark(&windows[i])
	}
	return c.end()
}

// mark draws one landing: a circle in time, a triangle late, a square where it does not count, and
// a cross where nothing landed. The shapes differ, since not every reader tells the colors apart.
func (c *chart) mark(w *WindowView) {
	x, y := c.x(w.Start), 0.0
	if w.Landed != nil {
		y = c.y(w.off())
	}
	words := html.EscapeString(w.Words)
	switch {
	case w.Outcome == OutcomeMissed:
		c.add(`<path class="cross" d="M%.1f %dl8 8m0-8l-8 8"><title>%s</title></path>`, x-4, planeTop, words)
	case w.Landed == nil:
		return
	case w.Outcome == OutcomeExcused:
		c.add(`<path class="out" d="M%.1f %.1fh7v7h-7z"><title>%s</title></path>`, x-3.5, y-3.5, words)
	case w.Outcome == OutcomeLate:
		c.add(`<path class="after" d="M%.1f %.1fl5 9h-10z"><title>%s</title></path>`, x, y-5, words)
	default:
		c.add(`<circle class="before" cx="%.1f" cy="%.1f" r="3"><title>%s</title></circle>`, x, y, words)
	}
}

// gridUnit returns the distance of the lines across, in hours, for at most five of them.
func gridUnit(hours float64) float64 {
	for _, unit := range []float64{0.25, 0.5, 1, 2, 3, 6, 12} {
		if hours/unit <= 5 {
			return unit
		}
	}
	return 24
}

// hoursText returns a distance from the due instant: "−1h 30m", "+2h".
func hoursText(hours float64) string {
	sign := "+"
	if hours < 0 {
		sign = "−"
	}
	return sign + plain.Duration(time.Duration(math.Abs(hours)*float64(time.Hour)))
}

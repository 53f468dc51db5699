package status

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// The size of a chart, and of the plane within it, in units of its own.
const (
	chartWide, chartHigh                = 560, 240
	planeLeft, planeTop                 = 64, 14
	planeRight, planeBottom             = 552, 196
	mostPoints                          = 500
	lowestBudget, highestBudget float64 = -2, 1
)

// A chart is drawn on a plane of time and a value.
type chart struct {
	strings.Builder
	id        string
	from, to  time.Time
	low, high float64
}

func (c *chart) x(t time.Time) float64 {
	all := c.to.Sub(c.from)
	if all <= 0 {
		return planeLeft
	}
	return planeLeft + (planeRight-planeLeft)*min(max(float64(t.Sub(c.from))/float64(all), 0), 1)
}

func (c *chart) y(v float64) float64 {
	if c.high <= c.low {
		return planeBottom
	}
	return planeBottom - (planeBottom-planeTop)*(min(max(v, c.low), c.high)-c.low)/(c.high-c.low)
}

func (c *chart) add(format string, args ...any) { fmt.Fprintf(c, format, args...) }

// begin opens the drawing, with its name and its words for those who do not see it.
func (c *chart) begin(title, words string) {
	c.add(`<svg class="chart" role="img" viewBox="0 0 %d %d" aria-labelledby="%s-t %s-d">`, chartWide, chartHigh, c.id, c.id)
	c.add(`<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, c.id, html.EscapeString(title), c.id, html.EscapeString(words))
}

func (c *chart) end() template.HTML {
	c.WriteString("</svg>")
	return template.HTML(c.String())
}

// dates draws the axis of time: five dates.
func (c *chart) dates(zone *time.Location) {
	c.add(`<path class="axis" d="M%d %dH%d"/>`, planeLeft, planeBottom, planeRight)
	const ticks = 4
	for i := range ticks + 1 {
		at := c.from.Add(time.Duration(float64(c.to.Sub(c.from)) * float64(i) / ticks)).In(zone)
		anchor := [...]string{0: "start", ticks: "end"}
		where := "middle"
		if i == 0 || i == ticks {
			where = anchor[i]
		}
		c.add(`<path class="axis" d="M%.1f %dv5"/><text x="%.1f" y="%d" text-anchor="%s">%s</text>`,
			c.x(at), planeBottom, c.x(at), planeBottom+20, where, at.Format("2 Jan"))
	}
	c.add(`<text x="%d" y="%d" text-anchor="middle">date, %s</text>`, (planeLeft+planeRight)/2, planeBottom+38, html.EscapeString(zone.String()))
}

// level draws a line across, and its value beside it.
func (c *chart) level(v float64, text, class string) {
	c.add(`<path class="%s" d="M%d %.1fH%d"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`,
		class, planeLeft, c.y(v), planeRight, planeLeft-6, c.y(v)+4, text)
}

// A step is how much had been used up, from an instant on.
type step struct {
	at        time.Time
	remaining float64
}

// burnDown draws what was left of a budget over its window, and answers nothing where nothing was counted.
// Each outcome uses up bad / ((1 − target) × all outcomes of the window), so that the line ends at what is left.
func burnDown(id string, o *sla.ObjectiveReport, bad []sla.Moment, zone *time.Location) template.HTML {
	steps := stepsOf(o, bad)
	if steps == nil {
		return ""
	}
	c := &chart{id: id + "-burn", from: o.Start, to: o.End, high: highestBudget}
	for _, s := range steps {
		c.low = max(min(c.low, s.remaining), lowestBudget)
	}
	c.low = math.Floor(c.low*2) / 2
	last := steps[len(steps)-1]
	c.begin("Budget of "+oneLine(o.Name, 200), fmt.Sprintf("What was left of the budget, in percent, from %s to %s. It ends at %s.",
		clockText(o.Start.In(zone)), clockText(o.End.In(zone)), share(last.remaining)))
	for v := c.low; v <= c.high; v += 0.5 {
		class := "grid"
		if v == 0 {
			class = "zero"
		}
		text := strings.Replace(fmt.Sprintf("%.0f%%", v*100), "-", "−", 1)
		if v == lowestBudget {
			text = "≤ " + text // what is lower is drawn here
		}
		c.level(v, text, class)
	}
	c.dates(zone)
	c.add(`<path class="line" d="M%.1f %.1f`, c.x(c.from), c.y(1))
	for _, s := range steps {
		c.add("H%.1fV%.1f", c.x(s.at), c.y(s.remaining))
	}
	c.add(`H%.1f"/>`, c.x(c.to))
	return c.end()
}

// stepsOf adds up what was bad in the window of an objective.
func stepsOf(o *sla.ObjectiveReport, moments []sla.Moment) (steps []step) {
	counts := o.Budget.Counts
	allowed := (1 - float64(o.Budget.Target.Billionths())/1e9) * float64(counts.Total())
	if o.Budget.Target.IsZero() || allowed == 0 {
		return nil
	}
	used := 0.0
	for _, m := range moments {
		if m.Counts.Bad <= 0 || m.End.Before(o.Start) || m.Start.Before(o.Start) {
			continue
		}
		used = min(used+float64(m.Counts.Bad), float64(max(counts.Bad, 0))) // corrections took the rest out
		steps = append(steps, step{m.Start, 1 - used/allowed})
	}
	if n := len(steps); n > mostPoints {
		thin := steps[:0]
		for i, s := range steps {
			if i*mostPoints/n != (i+1)*mostPoints/n {
				thin = append(thin, s)
			}
		}
		steps = thin
	}
	if left, ok := o.Budget.Remaining(); ok {
		steps = append(steps, step{o.End, left})
	}
	return steps
}

// landingsChart draws when data landed against when it was due, and answers nothing where no landing is known.
func landingsChart(id, name string, windows []Window, zone *time.Location) template.HTML {
	c := &chart{id: id + "-landed"}
	known := 0
	for _, w := range windows {
		if w.Landed != nil && w.Start.Equal(w.End) {
			off := w.Landed.Sub(w.Start).Hours()
			c.low, c.high = min(c.low, max(off, -24)), max(c.high, min(off, 24))
			known++
		}
	}
	if known == 0 {
		return ""
	}
	unit := niceUnit(c.high - c.low)
	c.low, c.high = (math.Floor(c.low/unit)-0.2)*unit, (math.Ceil(c.high/unit)+1)*unit
	c.from, c.to = windows[0].Start, windows[len(windows)-1].Start
	c.begin("Landings of "+oneLine(name, 200), fmt.Sprintf("How long before or after each due instant data landed, in hours. Of the %s.", sumOf(windows)))
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

// mark draws one landing: a circle in time, a triangle after, a square where that does not count, a cross where nothing landed.
func (c *chart) mark(w *Window) {
	x := c.x(w.Start)
	words := html.EscapeString(w.Words)
	switch {
	case w.Outcome == OutcomeMissed:
		c.add(`<path class="cross" d="M%.1f %dl8 8m0-8l-8 8"><title>%s</title></path>`, x-4, planeTop, words)
	case w.Landed == nil:
		return
	case w.Outcome == OutcomeExcused:
		c.add(`<path class="out" d="M%.1f %.1fh7v7h-7z"><title>%s</title></path>`, x-3.5, c.y(w.Landed.Sub(w.Start).Hours())-3.5, words)
	case w.Outcome == OutcomeLate:
		c.add(`<path class="after" d="M%.1f %.1fl5 9h-10z"><title>%s</title></path>`, x, c.y(w.Landed.Sub(w.Start).Hours())-5, words)
	default:
		c.add(`<circle class="before" cx="%.1f" cy="%.1f" r="3"><title>%s</title></circle>`, x, c.y(w.Landed.Sub(w.Start).Hours()), words)
	}
}

// niceUnit is the distance of the lines across, in hours, for about five of them.
func niceUnit(hours float64) float64 {
	for _, unit := range []float64{0.25, 0.5, 1, 2, 3, 6, 12} {
		if hours/unit <= 5 {
			return unit
		}
	}
	return 24
}

// hoursText says a distance from the due instant: "−1h 30m", "+2h".
func hoursText(hours float64) string {
	sign := "+"
	if hours < 0 {
		sign = "−"
	}
	return sign + span(time.Duration(math.Abs(hours)*float64(time.Hour)))
}

package slack

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/wording"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A message is one as Slack takes it.
type message struct {
	Text   string   `json:"text"`
	Blocks []*block `json:"blocks,omitempty"`
}

func (m message) cost() (sum int) {
	for _, b := range m.Blocks {
		sum += b.cost
	}
	return sum
}

// A writer makes the messages about one incident as of an instant.
type writer struct {
	look  Look
	i     incident.Incident
	now   time.Time // of the last entry announced
	link  string
	calls string // the mentions as markup
}

func (l Look) writer(a incident.Announcement) writer {
	return writer{look: l, i: a.Incident, now: a.New[len(a.New)-1].At, link: l.page(a.Incident), calls: l.calls(a.Incident)}
}

func (w writer) at(t time.Time) string { return wording.At(t, w.now, w.look.Location) }

// lamp shows from afar where an incident stands.
func lamp(s incident.State) string {
	switch s {
	case incident.Taken:
		return "🟠 "
	case incident.Harmless:
		return "🟡 "
	case incident.Closed:
		return "🟢 "
	}
	return "🔴 "
}

// head is the message that stands in the channel: the headline, and then what else an engineer on call asks first.
func (w writer) head() message {
	b := richText(w.link)
	w.headline(b)
	if text := wording.Why(w.i.Report); text != "" {
		w.row(b, "Why "+w.i.Report.Priority.String(), text)
	}
	w.people(b)
	if text := strings.Join(w.i.Needs(w.now), ", "); text != "" {
		w.row(b, "Needs", text)
	}
	if w.i.Forced != "" {
		w.row(b, "Closed without a root cause by "+wording.Line(w.i.ForcedBy), wording.Prose(w.i.Forced))
	}
	if w.i.RootCause != "" {
		w.row(b, "Root cause, by "+wording.Line(w.i.RootCauseBy), wording.Prose(w.i.RootCause))
	}
	w.foot(b)
	m := message{Text: fallback(w.plain()), Blocks: []*block{b}}
	if w.calls != "" {
		m.Blocks = append(m.Blocks, mentions(w.calls))
	}
	return m
}

// plain is the headline as text alone.
func (w writer) plain() string {
	return lamp(w.i.State()) + wording.Headline(w.i, w.now, w.look.Location)
}

func (w writer) headline(b *block) {
	text, due := wording.Halves(w.i, w.now, w.look.Location)
	b.text(lamp(w.i.State())+text, true)
	if !due.IsZero() {
		b.time(due, w.at(due), true)
	}
}

// row begins a line with a few words in bold.
func (w writer) row(b *block, lead, text string) {
	b.text("\n", false)
	b.text(lead, true)
	if text != "" {
		b.text(": "+text, false)
	}
}

func (w writer) people(b *block) {
	owner, also := w.i.Owner(w.now), []string{}
	for _, who := range w.i.Responders {
		if who != owner {
			also = append(also, who)
		}
	}
	switch {
	case owner != "":
		w.row(b, "Owner", wording.Line(owner)+" until ")
		b.time(w.i.LeaseUntil, w.at(w.i.LeaseUntil), false)
	case len(also) > 0:
		w.row(b, "Worked on by", wording.Names(also))
		return
	}
	if len(also) > 0 {
		b.text(", with "+wording.Names(also), false)
	}
}

// foot ends the message: which incident it is, since when, and where to read on.
func (w writer) foot(b *block) {
	b.text("\n"+wording.Line(w.i.ID), false)
	moment := func(words string, t time.Time) {
		if !t.IsZero() {
			b.text(" · "+words+" ", false)
			b.time(t, w.at(t), false)
		}
	}
	moment("opened", w.i.OpenedAt)
	moment("reopened", w.i.ReopenedAt)
	moment("mitigated", w.i.MitigatedAt)
	moment("closed", w.i.ResolvedAt)
	if w.i.Before != "" {
		b.text(" · it follows "+wording.Line(w.i.Before), false)
	}
	if w.link != "" {
		b.text(" · ", false)
		b.page(w.link, "status page")
	}
}

// A reply is one message of the thread: entries of the record, up to one.
type reply struct {
	message
	upTo      int
	broadcast bool // it is shown in the channel too
}

// mostEntries is how many entries one reply tells.
const mostEntries = 10

// replies makes as few replies of entries as fit. Normally that is one; after a storm, or a long silence, it is several.
func (w writer) replies(entries []incident.Entry) (list []reply) {
	for _, e := range entries {
		b, plain := w.entry(e)
		n := len(list) - 1
		again := loud(e.Kind)
		if n < 0 || again || len(list[n].Blocks) == mostEntries || list[n].cost()+b.cost > messageLimit {
			list = append(list, reply{broadcast: again})
			n++
		}
		r := &list[n]
		r.Blocks, r.upTo = append(r.Blocks, b), e.Seq
		r.Text = strings.TrimPrefix(r.Text+"\n"+plain, "\n")
		if again && w.calls != "" {
			r.Blocks = append(r.Blocks, mentions(w.calls))
		}
	}
	for n := range list {
		list[n].Text = fallback(list[n].Text)
	}
	return list
}

// loud says whether an entry is shown in the channel too, and calls people: it fires again, is more urgent again, or nobody owns it any more.
func loud(k incident.Kind) bool {
	return k == incident.Reopened || k == incident.Lapsed || k == incident.Raised
}

// entry makes one block of an entry, and its text.
func (w writer) entry(e incident.Entry) (*block, string) {
	lead, text := wording.Entry(w.i, e, w.look.Location)
	b, at := richText(w.link), wording.At(e.At, e.At, w.look.Location)
	b.time(e.At, at, false)
	b.text(" ", false)
	b.text(lead, true)
	if text != "" {
		separator := ": "
		if strings.Contains(text, "\n") {
			separator = "\n"
		}
		text = separator + text
	}
	b.text(text, false)
	return b, at + " " + lead + text
}

// change is the message of a webhook, which can edit nothing: the headline, and the entries that are new.
func (w writer) change(entries []incident.Entry) message {
	m, left := w.head(), len(entries)
	calls := m.Blocks[1:]
	m.Blocks = m.Blocks[:1:1]
	for _, e := range entries {
		b, _ := w.entry(e)
		if len(m.Blocks) > mostEntries || m.cost()+b.cost > messageLimit {
			break
		}
		m.Blocks = append(m.Blocks, b)
		left--
	}
	if left > 0 {
		b := richText(w.link)
		b.text(fmt.Sprintf("Entries that have no room here: %d. ", left), false)
		b.page(w.link, "All of them")
		m.Blocks = append(m.Blocks, b)
	}
	if urgent(entries) && w.i.State() != incident.Closed {
		m.Blocks = append(m.Blocks, calls...)
	}
	return m
}

// urgent says whether one of the entries calls people.
func urgent(entries []incident.Entry) bool {
	return slices.ContainsFunc(entries, func(e incident.Entry) bool { return e.Kind == incident.Opened || loud(e.Kind) })
}

// calls is the markup that mentions those whom the configuration names, of a P1.
func (l Look) calls(i incident.Incident) string {
	if i.Report.Priority != priority.P1 {
		return ""
	}
	var list []string
	for _, m := range l.Mentions[:min(len(l.Mentions), mostMentions)] {
		text, ok := mention(m)
		if !ok {
			text = "(" + escape(wording.Line(short(m))) + " in Mentions names nobody that can be mentioned)"
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

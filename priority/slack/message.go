package slack

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/wording"
)

// A message is a message in the form of Slack's methods.
type message struct {
	Text   string   `json:"text"`
	Blocks []*block `json:"blocks,omitempty"`
}

// cost returns how much of Slack's limit the blocks use.
func (m message) cost() (sum int) {
	for _, b := range m.Blocks {
		sum += b.cost
	}
	return sum
}

// A writer makes the messages about one incident as of an instant.
type writer struct {
	style MessageStyle
	i     incident.Incident
	now   time.Time // of the last entry announced
	link  string
	calls string // the mentions as markup
}

func (l MessageStyle) writer(a incident.Announcement) writer {
	now := a.New[len(a.New)-1].At
	return writer{style: l, i: a.Incident, now: now, link: l.page(a.Incident), calls: l.calls(a.Incident)}
}

func (w writer) at(t time.Time) string { return wording.At(t, w.now, w.style.Location) }

// lamp returns the color of an incident's state, to be seen from afar.
func lamp(s incident.State) string {
	switch s {
	case incident.StateAcknowledged:
		return "🟠 "
	case incident.StateMitigated:
		return "🟡 "
	case incident.StateClosed:
		return "🟢 "
	}
	return "🔴 "
}

// head returns the message in the channel: the headline, and then what an engineer on call asks
// next.
func (w writer) head() message {
	b := richText(w.link)
	w.headline(b)
	if text := wording.Why(w.i.Assessment); text != "" {
		w.row(b, "Why "+w.i.Assessment.Priority.String(), text)
	}

	w.people(b)
	if text := strings.Join(w.i.Needs(w.now), ", "); text != "" {
		w.row(b, "Needs", text)
	}
	if w.i.CloseReason != "" {
		w.row(b, "Closed without a root cause by "+plain.Line(w.i.ClosedBy), plain.Prose(w.i.CloseReason))
	}
	if w.i.RootCause != "" {
		w.row(b, "Root cause, by "+plain.Line(w.i.RootCauseBy), plain.Prose(w.i.RootCause))
	}

	w.foot(b)
	m := message{Text: fallback(w.text()), Blocks: []*block{b}}
	if w.calls != "" {
		m.Blocks = append(m.Blocks, mentions(w.calls))
	}
	return m
}

// text returns the headline as text alone.
func (w writer) text() string {
	return lamp(w.i.State()) + wording.Headline(w.i, w.now, w.style.Location)
}

func (w writer) headline(b *block) {
	text, due := wording.Halves(w.i, w.now, w.style.Location)
	b.text(lamp(w.i.State())+text, true)
	if !due.IsZero() {
		b.time(due, w.at(due), true)
	}
}

// row adds a line that begins with a few words in bold.
func (w writer) row(b *block, lead, text string) {
	b.text("\n", false)
	b.text(lead, true)
	if text != "" {
		b.text(": "+text, false)
	}
}

// people adds the owner and the other responders.
func (w writer) people(b *block) {
	owner, also := w.i.Owner(w.now), []string{}
	for _, who := range w.i.Responders {
		if who != owner {
			also = append(also, who)
		}
	}
	switch {
	case owner != "":
		w.row(b, "Owner", plain.Line(owner)+" until ")
		b.time(w.i.LeaseUntil, w.at(w.i.LeaseUntil), false)
	case len(also) > 0:
		w.row(b, "Worked on by", wording.Names(also))
		return
	}
	if len(also) > 0 {
		b.text(", with "+wording.Names(also), false)
	}
}

// foot adds the last line: the incident's ID, its instants, and the link to its page.
func (w writer) foot(b *block) {
	b.text("\n"+plain.Line(w.i.ID), false)
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
	if w.i.Previous != "" {
		b.text(" · follows "+plain.Line(w.i.Previous), false)
	}
	if w.link != "" {
		b.text(" · ", false)
		b.page(w.link, "status page")
	}
}

// A reply is one message of the thread. It holds entries of the record.
type reply struct {
	message
	upTo      int  // the Seq of its last entry
	broadcast bool // it is shown in the channel too
}

// mostEntries is how many entries one reply holds.
const mostEntries = 10

// replies returns as few replies as the entries fit in. Normally that is one; after a storm of
// signals, or a long outage of Slack, it is several. An entry that mentions people begins a reply,
// so that the mention stands beside it.
func (w writer) replies(entries []incident.Entry) (list []reply) {
	for _, e := range entries {
		b, text := w.entry(e)
		n := len(list) - 1
		again := loud(e.Kind)
		if n < 0 || again || len(list[n].Blocks) == mostEntries || list[n].cost()+b.cost > messageLimit {
			list = append(list, reply{broadcast: again})
			n++
		}
		r := &list[n]
		r.Blocks, r.upTo = append(r.Blocks, b), e.Seq
		r.Text = strings.TrimPrefix(r.Text+"\n"+text, "\n")
		if again && w.calls != "" {
			r.Blocks = append(r.Blocks, mentions(w.calls))
		}
	}
	for n := range list {
		list[n].Text = fallback(list[n].Text)
	}
	return list
}

// loud reports whether an entry is shown in the channel too and mentions people: the incident fires
// again, is more urgent again, or has lost its owner.
func loud(k incident.EntryKind) bool {
	return k == incident.EntryReopened || k == incident.EntryLeaseEnded || k == incident.EntryRaised
}

// entry returns one block with an entry, and the text of it.
func (w writer) entry(e incident.Entry) (*block, string) {
	lead, text := wording.Entry(w.i, e, w.style.Location)
	b, at := richText(w.link), wording.At(e.At, e.At, w.style.Location)
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

// change returns the message of a webhook, which cannot edit: the headline, and the new entries.
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
	if urgent(entries) && w.i.State() != incident.StateClosed {
		m.Blocks = append(m.Blocks, calls...)
	}
	return m
}

// urgent reports whether one of the entries mentions people.
func urgent(entries []incident.Entry) bool {
	return slices.ContainsFunc(entries, func(e incident.Entry) bool {
		return e.Kind == incident.EntryOpened || loud(e.Kind)
	})
}

// calls returns the markup of the configured mentions, which only a P1 has.
func (l MessageStyle) calls(i incident.Incident) string {
	if i.Assessment.Priority != priority.P1 {
		return ""
	}
	var list []string
	for _, m := range l.Mentions[:min(len(l.Mentions), mostMentions)] {
		text, ok := mention(m)
		if !ok {
			text = "(" + escape(plain.Line(plain.FitRunes(m, 60))) + " in Mentions cannot be mentioned)"
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

package slack

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

func TestEscapeIsSlacksOwn(t *testing.T) {
	for given, want := range map[string]string{
		"A & B":             "A &amp; B",
		"A < B":             "A &lt; B",
		"A > B":             "A &gt; B",
		"We've allocated":   "We've allocated",
		"<!channel> &amp; ": "&lt;!channel&gt; &amp;amp; ",
	} {
		assert.Equal(t, want, escape(given))
	}
}

// read takes back what escape did, as Slack does.
func read(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

func seeds(f *testing.F) {
	for _, s := range []string{
		"", "raw.orders", "<!channel>", "&", "&amp;", "*x* _y_", "a\u202eb", "\xff\xfe", "👩‍💻", strings.Repeat("&", 3000), strings.Repeat("é", 2999) + "<",
		strings.Repeat("😀", 1500) + "&", "\x00", "line\nline", "https://x.example/<|>",
	} {
		f.Add(s)
	}
}

// Nothing that is cut and escaped splits a rune or an entity, exceeds the limit, or means anything
// to Slack.
func FuzzFallback(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		s = plain.Prose(s)
		got := fallback(s)
		require.True(t, utf8.ValidString(got))
		require.NotContains(t, got, "<")
		require.NotContains(t, got, ">")
		require.LessOrEqual(t, len(utf16.Encode([]rune(got))), textLimit)
		text, cut := strings.CutSuffix(read(got), plain.Ellipsis)
		if read(got) != s {
			require.True(t, cut)
			require.True(t, strings.HasPrefix(s, text), "%q is no beginning of %q", text, s)
		}
	})
}

// A block takes whatever it is given, stays within its limit, and shows a beginning of the text.
func FuzzBlock(f *testing.F) {
	for _, s := range []string{"", "x", strings.Repeat("&", 3000), strings.Repeat("😀", 1499), "a\xffb"} {
		f.Add(s, s, true)
	}
	f.Fuzz(func(t *testing.T, first, second string, linked bool) {
		b, all := richText(""), ""
		if linked {
			b = richText("https://status.example.com/x")
		}
		for _, s := range []string{plain.Prose(first), plain.Prose(second)} {
			b.text(s, false)
			b.time(time.Unix(1, 0), "00:00 UTC", true)
			all += s + "00:00 UTC"
		}
		sum, shown := 0, ""
		for _, e := range b.Elements[0].Elements {
			sum += costs(e.Text + e.Fallback)
			require.False(t, e.Text == "" && e.Fallback == "", "an element without text is refused")
			require.True(t, utf8.ValidString(e.Text))
			if e.Type != "link" {
				shown += e.Text + e.Fallback
			}
		}
		require.LessOrEqual(t, sum, blockLimit)
		require.Equal(t, sum, b.cost)
		if b.full {
			shown = strings.TrimSuffix(strings.TrimSuffix(shown, " "), plain.Ellipsis)
		}
		require.True(t, strings.HasPrefix(all, shown), "%q is no beginning of %q", shown, all)
	})
}

// A receipt that is read and written is the same, and one that is broken makes nobody post twice
// unasked.
func FuzzReceipt(f *testing.F) {
	for _, s := range []string{"", "?", "C0123456789/1503435956.000247/5/4", "C0123456789/1503435956.000247/5/4?", "C1/1.2/3", "x", "C1/1.2/99999999999/1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := parseReceipt(text)
		require.Equal(t, r, parseReceipt(r.String()))
		if text != "" && r.ts == "" {
			require.True(t, r.doubt)
		}
	})
}

// A link can hold nothing that ends its markup, and is http or https.
func FuzzLink(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		got := link(s)
		require.False(t, strings.ContainsAny(got, "<>| \n"), got)
		require.True(t, got == "" || strings.HasPrefix(got, "http://") || strings.HasPrefix(got, "https://"), got)
		_ = MessageStyle{IncidentURL: incident.URLUnder(s)}.page(incident.Incident{ID: s})
	})
}

// Mentions come from a closed grammar.
func FuzzMention(f *testing.F) {
	seeds(f)
	f.Add("S0123456789")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := mention(s)
		require.Equal(t, ok, got != "")
		require.Equal(t, strings.Count(got, "<"), strings.Count(got, ">"))
		require.LessOrEqual(t, strings.Count(got, "<"), 1)
	})
}

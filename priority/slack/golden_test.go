package slack_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// The golden files are to be read as an engineer on call would: the channel after each entry, and
// one message as it is sent.
func TestTheChannelAsItIsReadAfterEachEntry(t *testing.T) {
	w, c := workspace(t)
	record, receipt := story(t), ""
	for n, e := range record {
		w.Now = func() time.Time { return e.At }
		a := announcement(t, record, n+1, n+1)
		a.Receipt = receipt
		var err error
		receipt, err = c.Announce(t.Context(), a)
		require.NoError(t, err)
		golden(t, fmt.Sprintf("%d-%v.txt", n+1, e.Kind), w.Show("#engineering"))
	}
}

func TestTheMessageAsItIsSent(t *testing.T) {
	w, c := workspace(t)
	_, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
	require.NoError(t, err)
	head := w.Messages("#engineering", "")
	require.Len(t, head, 1)
	golden(t, "opened.json", sent(t, head[0])+sent(t, w.Messages("#engineering", head[0].TS)[0]))
}

// sent is a message in JSON.
func sent(t *testing.T, m slacktest.Message) string {
	whole, err := json.Marshal(map[string]any{"text": m.Text, "blocks": m.Blocks, "metadata": m.Metadata})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, json.Indent(&b, whole, "", "  "))
	return b.String() + "\n"
}

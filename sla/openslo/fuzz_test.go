package openslo_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openslo"
)

// FuzzRead holds of every text, whose documents are its paragraphs: what is read is a catalog of valid SLAs, whose
// objectives the queries belong to; each fault and note stands inside a document, on its line; and what can be written
// is read back as the same.
func FuzzRead(f *testing.F) {
	for _, c := range cases(f) {
		f.Add([]byte(strings.Join(c.Documents, "\f")))
	}
	for _, seed := range []string{slo, sloth, kubernetes, policy + "\f" + condition(""), "null", "", "[", `{"version":null}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var documents []json.RawMessage
		for text := range bytes.SplitSeq(data, []byte{'\f'}) {
			documents = append(documents, text)
		}
		file, err := openslo.Read(documents...)
		for _, fault := range append(faults(t, err), file.Notes...) {
			inside(t, documents, fault)
		}
		if err != nil {
			require.Empty(t, file.SLAs)
			return
		}

		_, err = sla.NewCatalog(file.SLAs)
		require.NoError(t, err)
		checks := map[string]bool{}
		for _, s := range file.SLAs {
			for _, o := range s.Objectives {
				checks[s.ID+"/"+o.Name] = true
			}
			again(t, s)
		}
		for check := range file.Queries {
			require.True(t, checks[check], check)
		}
	})
}

// inside holds that a fault stands on its line of one of the documents.
func inside(t *testing.T, documents []json.RawMessage, fault *sla.FieldError) {
	if strings.Contains(fault.Error(), "more fault") {
		return
	}
	for _, d := range documents {
		if fault.Offset <= len(d) && fault.Line == 1+bytes.Count(d[:fault.Offset], []byte{'\n'}) {
			return
		}
	}
	t.Fatalf("%v stands in no document", fault)
}

// again holds that an SLA that can be written is read back as the same.
func again(t *testing.T, s sla.SLA) {
	documents, err := openslo.Write([]sla.SLA{s})
	if err != nil {
		return
	}
	file, err := openslo.Read(documents...)
	require.NoError(t, err)
	require.Empty(t, file.Notes)
	require.Equal(t, encode(s), encode(file.SLAs[0]))
}

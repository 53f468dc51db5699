package dbt_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// An escape of \u has four digits: what follows them is text, though it may be a digit too.
func TestEscapes(t *testing.T) {
	for text, want := range map[string]string{
		`caf\u00e9`:                 "caf\u00e9",
		`caf\u00e9abc`:              "caf\u00e9abc",
		`\u00e90123`:                "\u00e90123",
		`\u00E9F`:                   "\u00e9F",
		`\u0041\u0042`:              "AB",
		`\ud83d\udd25`:              "\U0001f525",
		`\" \\ \/ \b \f \n \r \t .`: "\" \\ / \b \f \n \r \t .",
	} {
		row := oneRow(fmt.Sprintf(`{"unique_id":"%s","snapshotted_at":"2024-01-01T01:00:00Z"}`, text))
		for _, r := range []func() (*dbt.Sources, error){
			func() (*dbt.Sources, error) { return dbt.ReadSources(strings.NewReader(row)) },
			func() (*dbt.Sources, error) { return dbt.ReadSources(iotest.OneByteReader(strings.NewReader(row))) },
		} {
			file, err := r()
			require.NoError(t, err, text)
			assert.Equal(t, want, file.Results[0].ID, text)
		}
	}
	for _, text := range []string{`\u`, `\u0`, `\u00e`, `\u00eg`, `\u00e\`, `\u00e "`, `\U00e9`} {
		_, err := dbt.ReadSources(strings.NewReader(oneRow(`{"unique_id":"` + text + `"}`)))
		require.ErrorIs(t, err, dbt.ErrMalformed, text)
	}
}

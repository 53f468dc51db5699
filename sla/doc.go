// Package sla holds promises about data, and knows which assets feed them.
package sla

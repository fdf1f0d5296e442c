/** What a collector tells a translator of its memory. */
package io.dta.primitives.directory;

/** The keys that reports and queries carry: fixed-length bytes with a human form. */
package io.dta.primitives.key;

/** {@code dta query}, and the collector's HTTP API as a client sees it. */
package io.dta.cli.query;

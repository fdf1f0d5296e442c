/** The connections of translators: queue pairs of the software RNIC, made and ended over HTTP. */
package io.dta.collector.connection;

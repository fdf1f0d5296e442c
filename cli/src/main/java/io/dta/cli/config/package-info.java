/** {@code dta config}: configuration files checked and shown. */
package io.dta.cli.config;

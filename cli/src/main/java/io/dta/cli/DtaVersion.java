package io.dta.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class DtaVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Dta.class.getPackage().getImplementationVersion();
    return new String[] {
      "dta " + (version == null ? "(not packaged)" : version),
      "Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.version")
    };
  }
}

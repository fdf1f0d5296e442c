package io.dta.primitives;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The packages build on each other in one direction, and none of them does I/O or has threads. */
final class PackagesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void shouldHaveArrowsInOneDirection() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("primitive")
        .definedBy("io.dta.primitives")
        .layer("hash")
        .definedBy("..primitives.hash..")
        .layer("key")
        .definedBy("..primitives.key..")
        .layer("wire")
        .definedBy("..primitives.wire..")
        .layer("store")
        .definedBy("..primitives.store..")
        .layer("datagram")
        .definedBy("..primitives.datagram..")
        .layer("directory")
        .definedBy("..primitives.directory..")
        .layer("analysis")
        .definedBy("..primitives.analysis..")
        .whereLayer("primitive")
        .mayNotAccessAnyLayer()
        .whereLayer("hash")
        .mayNotAccessAnyLayer()
        .whereLayer("key")
        .mayNotAccessAnyLayer()
        .whereLayer("wire")
        .mayOnlyAccessLayers("primitive")
        .whereLayer("store")
        .mayOnlyAccessLayers("primitive", "hash", "key", "wire")
        .whereLayer("datagram")
        .mayOnlyAccessLayers("primitive", "key", "wire", "store")
        .whereLayer("directory")
        .mayOnlyAccessLayers("store")
        .whereLayer("analysis")
        .mayNotAccessAnyLayer()
        .check(CLASSES);
  }

  @Test
  void shouldHaveNoCycles() {
    slices().matching("io.dta.primitives.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldNeitherTouchTheNetworkNorFilesNorThreads() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.nio.channels..")
                .or(resideInAPackage("java.nio.file.."))
                .or(resideInAPackage("java.util.concurrent.."))
                .or(resideInAPackage("javax.net..")))
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\.(.*Socket.*|URL.*|http\\..*)|java\\.io\\.File.*|java\\.lang\\.Thread")
        .check(CLASSES);
  }

  @Test
  void shouldHaveSeenTheClasses() {
    assertTrue(CLASSES.contain(Primitive.class));
    assertTrue(CLASSES.size() > 40, "only " + CLASSES.size() + " classes were imported");
  }
}

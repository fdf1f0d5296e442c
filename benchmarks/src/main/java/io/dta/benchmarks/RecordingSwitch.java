package io.dta.benchmarks;

import io.dta.translator.engine.Distribution;
import io.dta.translator.engine.EngineCounters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ConstantDescs;
import java.util.Set;

/**
 * Loads the translator's classes once more, as they are or with the methods that record emptied: no
 * switch in the product, and the same code around it. Both ways are loaded alike, so that nothing
 * else differs.
 */
final class RecordingSwitch extends ClassLoader {
  private static final Set<String> RECORDERS =
      Set.of(EngineCounters.class.getName(), Distribution.class.getName());

  /** Of these nobody but a scrape reads what they have noted. */
  private static final Set<String> EMPTIED =
      Set.of(
          "received",
          "written",
          "uncertain",
          "operations",
          "dropped",
          "event",
          "inFlight",
          "batch",
          "publish",
          "record");

  private final boolean recording;

  private RecordingSwitch(boolean recording) {
    super(RecordingSwitch.class.getClassLoader());
    this.recording = recording;
  }

  static KeyWriteJob on() {
    return new RecordingSwitch(true).job();
  }

  static KeyWriteJob off() {
    return new RecordingSwitch(false).job();
  }

  private KeyWriteJob job() {
    try {
      return (KeyWriteJob)
          loadClass(KeyWriteJob.OfLoader.class.getName()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean own =
        name.startsWith("io.dta.translator.")
            || (name.startsWith("io.dta.benchmarks.") && !name.equals(KeyWriteJob.class.getName()));
    if (!own) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes;
    try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      bytes = file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] code = !recording && RECORDERS.contains(name) ? emptied(bytes) : bytes;
    return defineClass(name, code, 0, code.length);
  }

  private static byte[] emptied(byte[] bytes) {
    ClassFile file = ClassFile.of();
    return file.transformClass(
        file.parse(bytes),
        ClassTransform.transformingMethods(
            RecordingSwitch::isRecording,
            (method, element) -> {
              if (element instanceof CodeModel) {
                method.withCode(CodeBuilder::return_);
              } else {
                method.with(element);
              }
            }));
  }

  private static boolean isRecording(MethodModel method) {
    return EMPTIED.contains(method.methodName().stringValue())
        && method.methodTypeSymbol().returnType().equals(ConstantDescs.CD_void);
  }
}

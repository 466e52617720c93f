import Glibc

/// Standard output, shown at once even in a pipe.
enum Output {
    static func flush() { fflush(nil) }
}

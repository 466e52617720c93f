import Glibc

/// A lock that this process holds on a file (flock(2)). It goes with the process, however that ends.
final class FileLock: Sendable {
    private let descriptor: Int32

    enum Kind {
        /// Several may hold it.
        case shared
        /// Nobody else holds it.
        case exclusive
    }

    /// Opens the file, and makes it if it is not there. Nothing is locked yet.
    ///
    /// - Throws: `LabError` if it cannot be made.
    init(at path: String) throws(LabError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw LabError(
                "\(path): \(String(cString: strerror(errno)))",
                advice: "Make room there, or name another directory with --cache or --out.")
        }
    }

    deinit { close(descriptor) }

    /// Takes the lock, or changes its kind; false if somebody else holds it, and then this process holds none.
    func take(_ kind: Kind) -> Bool {
        flock(descriptor, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0
    }

    /// Gives it back.
    func release() { flock(descriptor, LOCK_UN) }
}

extension FileLock {
    /// Makes the directory and keeps other labs from writing their evidence there.
    ///
    /// - Throws: `LabError` if one does already.
    static func ofEvidence(_ directory: String) throws(LabError) -> FileLock {
        try Files.makeDirectory(directory)
        let lock = try FileLock(at: "\(directory)/lock")
        guard lock.take(.exclusive) else {
            throw LabError(
                "another kernel-lab puts its evidence into \(directory)",
                advice: "Wait until it has ended, or name another directory with --out.")
        }
        return lock
    }
}

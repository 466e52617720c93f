import FoundationEssentials
import Glibc

/// Files and directories, with errors of the lab.
enum Files {
    static func makeDirectory(_ path: String) throws(LabError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw LabError(
                "\(path): \(reason(error))", advice: "Make room there, or name another directory with --cache or --out."
            )
        }
    }

    /// What the system says.
    private static func reason(_ error: any Error) -> String {
        if let posix = ((error as? CocoaError)?.underlying ?? error) as? POSIXError {
            return String(cString: strerror(posix.code.rawValue))
        }
        return "it cannot be made there"
    }

    static func write(_ text: String, to path: String) throws(LabError) {
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw LabError(
                "\(path): \(reason(error))", advice: "Make room there, or name another directory with --cache or --out."
            )
        }
    }

    /// The text of a file; nil if it cannot be read.
    static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    static func copy(_ path: String, to target: String) throws(LabError) {
        remove(target)
        do {
            try FileManager.default.copyItem(atPath: path, toPath: target)
        } catch {
            throw LabError("\(path) cannot be copied to \(target): \(reason(error))", advice: "Make room there.")
        }
    }

    /// Gives the file a second name; copies it where that is not possible.
    static func share(_ path: String, as name: String) throws(LabError) {
        if (try? FileManager.default.linkItem(atPath: path, toPath: name)) == nil { try copy(path, to: name) }
    }

    /// Moves a file; if there is none, nothing happens.
    static func move(_ path: String, to target: String) {
        remove(target)
        try? FileManager.default.moveItem(atPath: path, toPath: target)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Removes it with everything below it, if it is there.
    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// The names in a directory, sorted; none if it is no directory.
    static func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// Bytes free where the directory is.
    static func free(at path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return attributes?[.systemFreeSize] as? Int
    }
}

/// Links.
extension Files {
    static func link(_ target: String, at path: String) {
        try? FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    static func target(ofLink path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }
}

extension Files {
    /// The path from the root on.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}

extension Files {
    /// A path of the project: below the directory that the environment's KLP_VERIFY names (tools/kernel-lab does), or the current one.
    static func inProject(_ path: String) -> String {
        ProcessInfo.processInfo.environment["KLP_VERIFY"].map { "\($0)/\(path)" } ?? path
    }
}

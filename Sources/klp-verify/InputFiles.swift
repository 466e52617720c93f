import ArgumentParser
import FoundationEssentials
import Glibc
import KernelLog
import Livepatch
import LivepatchTrace
import Timeline

/// From what the user named to what is read.
enum InputFiles {
    /// The files to read. A directory stands for all regular files below it, sorted by path; nothing for standard input.
    static func files(_ paths: [String]) throws -> [String] {
        if paths.isEmpty {
            guard isatty(STDIN_FILENO) == 0 else {
                throw ValidationError("no log given; name a file, or pipe one in: dmesg | klp-verify")
            }
            return ["-"]
        }
        return try paths.flatMap { path in
            guard isKind(S_IFDIR, path) else { return [path] }
            let files = filesBelow(path)
            guard !files.isEmpty else { throw InputError("\(path): there is no file below this directory") }
            return files
        }
    }

    /// Reads all of them, and says on standard error which could not be read. What klp-record says of a recording is no log; it goes
    /// with the logs beside it.
    static func sources(_ files: [String], needles: [String], format: LogFormat?) -> [Source] {
        var notes: [String: RecordingNotes] = [:]
        for path in files { notes[path] = self.notes(path) }
        let logs = files.filter { notes[$0] == nil }
        let sources = (logs.isEmpty ? files : logs).enumerated().map { index, path in
            var source = Source(path: path, index: index, needles: needles, format: format)
            source.notes = notes[directory(of: path) + RecordingNotes.fileName]
            return source
        }
        for source in sources {
            if let error = source.error { Output.error("klp-verify: \(error.description)") }
        }
        return sources
    }

    /// Reads the traces among the sources, and says on standard error which could not be read.
    static func traces(_ sources: [Source], _ recogniser: Recogniser) -> [LivepatchTrace] {
        sources.enumerated().compactMap { index, source in
            guard source.summary?.format == .trace else { return nil }
            do throws(TraceReadingError) {
                return try LivepatchTrace(path: source.name, source: index, recogniser: recogniser)
            } catch {
                Output.error("klp-verify: \(error.description)")
                return nil
            }
        }
    }

    private static func notes(_ path: String) -> RecordingNotes? {
        guard path == directory(of: path) + RecordingNotes.fileName,
            let text = FileManager.default.contents(atPath: path)
        else { return nil }
        return RecordingNotes(String(decoding: text, as: UTF8.self))
    }

    /// The path up to its last slash, with it.
    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    private static func isKind(_ kind: mode_t, _ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == kind
    }

    private static func filesBelow(_ directory: String) -> [String] {
        let base = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        return names.map { "\(base)/\($0)" }.filter { isKind(S_IFREG, $0) }.sorted()
    }
}

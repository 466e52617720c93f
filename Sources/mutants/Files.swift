import ByteScan
import Glibc

/// Small files of the repository.
enum Text {
    /// - Throws: `RunError`, naming the file.
    static func of(_ path: String, sizeMaximum: Int = 16 << 20) throws(RunError) -> String {
        do throws(ByteSourceError) {
            var source = try ByteSource(path: path)
            return String(decoding: try source.peek(sizeMaximum), as: UTF8.self)
        } catch {
            throw RunError(problem: "\(path): \(error)")
        }
    }
}

/// Why a run cannot be used.
struct RunError: Error, CustomStringConvertible {
    let problem: String
    var description: String { problem }
}

/// Writes the logs that the checker should have objected to, for a closer look.
struct SurvivorWriter {
    let directory: String

    /// Writes one file for each: `<suite>-<case>-<line>-<edit>-<mode>.log`.
    func write(_ survivors: [Trial]) throws {
        if mkdir(directory, 0o777) != 0 && errno != EEXIST {
            throw RunError(problem: "\(directory): cannot be made")
        }
        for (number, trial) in survivors.enumerated() {
            let parts = trial.run.split(separator: "/").dropFirst().prefix(2).joined(separator: "-")
            let edit = "\(trial.mutant.kind.rawValue)-\(trial.mode.rawValue)".replacing(" ", with: "-")
            let path = "\(directory)/\(number + 1)-\(parts)-\(trial.mutant.line + 1)-\(edit).log"
            guard let file = fopen(path, "w") else { throw RunError(problem: "\(path): cannot be written") }
            fputs(trial.mutant.text, file)
            fclose(file)
        }
    }
}

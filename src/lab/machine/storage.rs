//! What a directory is stored on: file system, mount, device.

use std::fs;
use std::path::Path;

/// What a directory is stored on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Storage {
    pub(super) file_system: String,
    pub(super) mount_options: String,
    /// Name of the device; empty if there is none.
    pub(super) disk: String,
    /// Its numbers, such as `254:0`.
    numbers: String,
}

impl Storage {
    /// That of the mount with the longest path that leads to `directory`, among `mounts` as the kernel lists them
    /// (proc_pid_mountinfo(5)).
    pub(super) fn of(directory: &Path, mounts: &str) -> Self {
        let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        let mut best = (0, Self { file_system: "unknown".to_owned(), ..Self::default() });
        for line in mounts.lines() {
            let Some((before, after)) = line.split_once(" - ") else { continue };
            let (fields, kind): (Vec<&str>, Vec<&str>) = (before.split(' ').collect(), after.split(' ').collect());
            let [_, _, numbers, _, point, options, ..] = fields[..] else { continue };
            let (file_system, source) = (kind.first().unwrap_or(&""), kind.get(1).unwrap_or(&""));
            if directory.starts_with(point) && point.len() >= best.0 {
                let storage = Self {
                    file_system: (*file_system).to_owned(),
                    mount_options: options.to_owned(),
                    disk: source.strip_prefix("/dev/").unwrap_or_default().to_owned(),
                    numbers: numbers.to_owned(),
                };
                best = (point.len(), storage);
            }
        }
        best.1
    }

    /// Whether the device says that it turns. A partition's disk answers for it.
    pub(super) fn rotates(&self) -> Option<bool> {
        let device = fs::canonicalize(Path::new("/sys/dev/block").join(&self.numbers)).ok()?;
        let read = |place: &Path| fs::read_to_string(place.join("queue/rotational")).ok();
        let told = read(&device).or_else(|| read(device.parent()?))?;
        Some(told.trim() == "1")
    }

    /// Whether an ext4 keeps a journal: then the kernel has a thread for it, which it lists.
    pub(super) fn has_journal(&self) -> Option<bool> {
        let is_listed = self.file_system == "ext4" && Path::new("/proc/fs/ext4").join(&self.disk).exists();
        let journals = fs::read_dir("/proc/fs/jbd2").ok().filter(|_| is_listed && !self.disk.is_empty())?;
        let prefix = format!("{}-", self.disk);
        Some(journals.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(&prefix)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_belongs_to_the_nearest_mount_above_it() {
        let mounts =
            "1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/a rw\n2 1 0:5 / /dev/shm rw,nosuid - tmpfs tmpfs rw\n";
        let of = |directory: &str| {
            let Storage { file_system, mount_options, disk, numbers } = Storage::of(Path::new(directory), mounts);
            [file_system, mount_options, disk, numbers]
        };
        assert_eq!(of("/dev/shm"), ["tmpfs", "rw,nosuid", "", "0:5"]);
        assert_eq!(of("/dev"), ["ext4", "rw,relatime", "a", "8:1"]);
        assert_eq!(Storage::of(Path::new("/"), "").file_system, "unknown");
    }
}

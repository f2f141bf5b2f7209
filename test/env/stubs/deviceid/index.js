// A stand-in for VS Code's native device id: tests have no device.
export async function getDeviceId() {
  return '00000000-0000-4000-8000-000000000000';
}

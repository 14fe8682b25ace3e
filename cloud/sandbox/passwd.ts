/** A list of users for an instance: whoever asks without HOME where home is, learns that it is the instance's folder. */
export const passwd = (home: string, uid: number): string =>
  [
    ...(uid === 0 ? [] : [`ec2-user:x:${uid}:${uid}:EC2 default user:${home}:/bin/sh`]),
    `root:x:0:0:root:${home}:/bin/sh`,
    '',
  ].join('\n');
